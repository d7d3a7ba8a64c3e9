/** Gradients gathered over several steps, of which the last one alone moves parameters. */
import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { companionOf, floatingOf, keyFor, namedFor } from './companions.ts'
import type { Moved } from './descent.ts'

export interface Gathered {
  /** The mean gradient over the micro-batches. */
  readonly moves: readonly Moved[]
  /** Updates that are made each n-th step only, and those that gather. */
  readonly gate: (updates: readonly Update[]) => readonly Update[]
}

/**
 * The mean of `count` steps' gradients, as if they had been one batch.
 *
 * States: `<parameter>.gathered`, the sum so far, and `<first parameter>.microSteps`.
 */
export function gatherGradients(
  moves: readonly Moved[],
  count: number,
  key: string | undefined,
): Gathered {
  const [first] = moves
  if (!first || count === 1) return { moves, gate: (updates) => updates }
  const taken = gates.state(keyFor(first.parameter, 'microSteps', key), [], 0, { symbol: 'k' })
  const now = gates.add(taken, 1)
  const isDue = gates.greaterEqual(now, count)
  const gathered = moves.map(({ parameter, gradient }) => {
    const state = companionOf(parameter, { name: 'gathered', symbol: 'G', key })
    return { parameter, state, sum: namedFor(parameter, "G'", gates.add(state, gradient)) }
  })
  const kept = gathered.map(({ state, sum }) => ({ state, value: gates.where(isDue, 0, sum) }))
  return {
    moves: gathered.map(({ parameter, sum }) => ({
      parameter,
      gradient: gates.divide(sum, count),
    })),
    gate: (updates) => [
      ...updates.map(({ state, value }) => ({ state, value: chosen(isDue, value, state) })),
      ...kept,
      { state: taken, value: gates.where(isDue, 0, now) },
    ],
  }
}

/** The new contents where they are due, the old ones where not. */
function chosen(isDue: Value<[], 'bool'>, value: Value, state: Value): Value {
  const dtype = floatingOf(state)
  return gates.where(isDue, value as Value<[], typeof dtype>, state as Value<[], typeof dtype>) // of one type
}
