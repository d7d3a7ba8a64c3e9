/** Holds one backward equation of a model against finite differences. */
import { checkEquation, graph } from 'sluice'
import type { StepCheck } from './learn-protocol.ts'
import type { PosedModel } from './pose-model.ts'

/** Of a large gradient some elements are checked; each runs what comes after it seven times. */
const [most, mostOfMany, many] = [24, 2, 1000]

/** Of a graph of many gates that takes seconds, so it must be wanted. */
export async function checkStep(
  { J, feeds, store }: PosedModel,
  { equation, isWanted = false }: { readonly equation: string; readonly isWanted?: boolean },
): Promise<StepCheck> {
  const gates = graph({ J }).applications.length
  if (gates < many) return checkEquation(J, equation, feeds, { store, most })
  return isWanted ? checkEquation(J, equation, feeds, { store, most: mostOfMany }) : { gates }
}
