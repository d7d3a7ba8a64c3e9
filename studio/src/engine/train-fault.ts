/** Where in Learn the number shows that stopped a training. */
import { type EquationData, explain, type NestedArray, trace } from 'sluice'
import type { FailedStep } from './train-protocol.ts'
import type { TrainingSession } from './train-session.ts'

/** The first step that gives what is no number; undefined where only the update would. */
export async function failedStepOf(session: TrainingSession): Promise<FailedStep | undefined> {
  const { J, feeds } = session.open()
  // What overflows in f32 would not do so in f64.
  const values = await trace(J, feeds, { store: session.store, precision: 'declared' })
  const { equations } = explain(J, { values }).toJSON()
  const at = equations.findIndex(({ numbers }) => numbers && !areFinite(numbers.value))
  const found: EquationData | undefined = equations[at]
  return found && { step: at + 1, equation: found.id, gate: found.gate }
}

function areFinite(value: NestedArray): boolean {
  return Array.isArray(value) ? value.every(areFinite) : Number.isFinite(value)
}
