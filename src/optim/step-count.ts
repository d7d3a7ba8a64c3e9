/** The count of an optimizer's steps, and the scalars of a step that hang on it. */
import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { floatingOf, keyFor } from './companions.ts'
import type { Moved } from './descent.ts'

export interface StepCount {
  readonly updates: readonly Update[]
  /** What `make` gives of the step that is taken, counted from 1, once for each dtype. */
  scalarsFor<T>(make: (step: Value, parameter: Value) => T): (parameter: Value) => T
}

/** The state `<first parameter>.steps`, which counts; none where nothing is moved. */
export function stepCount(moves: readonly Moved[], key: string | undefined): StepCount {
  const [first] = moves
  if (!first)
    return { updates: [], scalarsFor: (make) => (parameter) => make(parameter, parameter) }
  // In f32 it stays at 2²⁴, when betaᵗ has long been 0.
  const dtype = moves.some(({ parameter }) => parameter.dtype === 'f64') ? 'f64' : 'f32'
  const state = gates.state(keyFor(first.parameter, 'steps', key), [], 0, { symbol: 't', dtype })
  const step = gates.add(state, 1).labelled({ name: "t'" })
  return {
    updates: [{ state, value: step }],
    scalarsFor: (make) => {
      const made = new Map<string, ReturnType<typeof make>>()
      return (parameter) => {
        const own = floatingOf(parameter)
        const known = made.get(own)
        if (known !== undefined) return known
        const scalars = make(own === dtype ? step : gates.cast(step, own), parameter)
        made.set(own, scalars)
        return scalars
      }
    },
  }
}
