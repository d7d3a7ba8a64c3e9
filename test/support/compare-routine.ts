/** Holds a routine against the interpreter. */
import { initialise } from '../../src/compile.ts'
import { evaluate } from '../../src/interpret/interpret.ts'
import type { TypedArray } from '../../src/ir/dtype.ts'
import { type Graph, stateOf } from '../../src/ir/graph.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import type { Routine } from '../../src/kernel/routine.ts'
import { runRoutine } from './run-routine.ts'

/** What a run of the routine gives otherwise than the graph; nothing where they agree. */
export function differencesOf(
  graph: Graph,
  routine: Routine,
  feeds: Readonly<Record<string, Tensor>>,
): readonly string[] {
  const declared = graph.states.map(stateOf)
  const states = new Map(declared.map((state) => [state.key, initialise(state, 0)]))
  const wanted = evaluate(graph, { feeds, states })
  const got = runRoutine(routine, feeds, states)
  const problems: string[] = []
  const compare = (name: string, expected: Tensor, actual: TypedArray | undefined) => {
    const at = expected.data.findIndex((x, index) => !isNear(Number(actual?.[index]), Number(x)))
    if (actual?.length !== expected.data.length) problems.push(`${name} has another length`)
    else if (at >= 0) problems.push(`${name}[${at}] is ${actual[at]}, not ${expected.data[at]}`)
  }
  for (const [name, expected] of Object.entries(wanted.outputs)) {
    compare(`output ${name}`, expected, got.outputs[name])
  }
  if (got.fault !== 'none') return problems
  graph.updates.forEach(({ state }, index) => {
    const expected = wanted.updates[index]
    const { key } = stateOf(state)
    if (expected) compare(`state ${key}`, expected, got.states.get(key))
  })
  return problems
}

// Both round every gate to its dtype; only sums may be taken in another order.
function isNear(got: number, want: number): boolean {
  if (Object.is(got, want) || got === want) return true
  return Math.abs(got - want) <= 1e-5 * Math.max(1, Math.abs(want))
}
