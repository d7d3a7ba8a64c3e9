/** What every backend must do: agree with the interpreter, gate by gate (in f64) and on graphs. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Backend } from '../../src/backends/define.ts'
import { compile, interpreter } from '../../src/compile.ts'
import * as gates from '../../src/gates/index.ts'
import { evaluate } from '../../src/interpret/interpret.ts'
import { type ComputeDType, dtypes } from '../../src/ir/dtype.ts'
import { Graph, stateOf, type Update } from '../../src/ir/graph.ts'
import { type Tensor, toNumbers } from '../../src/ir/tensor.ts'
import type { Value } from '../../src/ir/value.ts'
import type { Handle } from '../../src/runtime/handle.ts'
import { createStore } from '../../src/runtime/store.ts'
import { callsOf } from '../gates/calls.ts'
import { registry } from '../gates/registry.ts'
import { togetherOf } from '../gates/together.ts'
import { feedsFor, randomGraph } from './random-graph.ts'

// f32 holds numbers about 1,000, as some samples have, to 3e-5; f64 to 1e-13.
const tolerances = { f32: 5e-5, f64: 1e-12 } as const

export interface Extent {
  /** How many random graphs are drawn, for each of the tests that do so. */
  readonly graphs: number
  readonly steps: number
  /** Primitives alone are what a backend runs; all gates are made of them. */
  readonly gates: 'all' | 'primitives'
  readonly dtypes: readonly ('f32' | 'f64')[]
}

const whole: Extent = { graphs: 40, steps: 150, gates: 'all', dtypes: ['f32', 'f64'] }

/** The tests of one backend. */
export function testConformance(
  backend: Backend,
  { graphs, steps, gates: which, dtypes: floats }: Extent = whole,
): void {
  const chosen = registry.filter(({ gate }) => {
    return which === 'all' || gate.definition.meaning.kind !== 'composite'
  })
  test.each(floats)(
    `runs every sample of ${which === 'all' ? 'every gate' : 'every primitive'}, with gradients, in %s`,
    async (dtype) => {
      const failures: string[] = []
      let ran = 0
      for (const { gate } of chosen) {
        const { graph, feeds, count } = togetherOf(callsOf(gate, dtype))
        ran += count
        const problem = await disagreement(backend, graph, feeds, 'f64')
        if (problem) failures.push(`${gate.definition.name}, ${problem}`)
      }
      expect(failures).toEqual([])
      expect(ran).toBeGreaterThan(chosen.length)
    },
  )

  test('runs random graphs of all gates and dtypes', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph({ maxGates: 12 }), async (graph) => {
        expect(await disagreement(backend, graph, feedsFor(graph), 'declared')).toBeUndefined()
      }),
      { numRuns: graphs, seed: 11 },
    )
  })

  test('leaves in states what the interpreter leaves, and refuses the same steps', async () => {
    let updated = 0
    await fc.assert(
      fc.asyncProperty(randomGraph({ maxGates: 20 }), async (drawn) => {
        const graph = withKeptOutputs(drawn)
        updated += graph.updates.length
        const [expected, got] = [
          await threeSteps(interpreter, graph),
          await threeSteps(backend, graph),
        ]
        expect({ refusal: got.refusal, steps: got.steps }).toEqual({
          refusal: expected.refusal,
          steps: expected.steps,
        })
        expect(got.states.length).toBe(expected.states.length)
        const apart = expected.states.filter(
          (x, i) => !isNear(got.states[i] ?? 0, x, tolerances.f32),
        )
        expect(apart).toEqual([])
      }),
      { numRuns: steps, seed: 23 },
    )
    expect(updated).toBeGreaterThan(steps)
  })
}

/** The graph with all its outputs kept in states besides, floats in trainable ones. */
function withKeptOutputs({ outputs, updates }: Graph): Graph {
  const kept = Object.values(outputs).flatMap((value, index): Update[] => {
    const { shape, dtype } = value
    if (dtypes[dtype].use !== 'compute') return []
    const options = { dtype: dtype as ComputeDType } // the line above
    const key = `kept ${index}`
    const held =
      dtype === 'f32' || dtype === 'f64'
        ? gates.parameter(key, shape, { init: 0, dtype })
        : gates.state(key, shape, 0, options)
    return [{ state: held, value }]
  })
  return new Graph(outputs, [...updates, ...kept])
}

/** What three steps, one run and two repeated, leave in the states, or why one was refused. */
async function threeSteps(backend: Backend, graph: Graph) {
  const { outputs, updates } = graph
  const program = await compile(outputs, { updates, backend, store: createStore() })
  const feeds = feedsFor(graph)
  let refusal = 'none'
  try {
    await finished(program.run(feeds))
    await finished(program.repeat(2, feeds))
  } catch (error) {
    refusal = String(error).split('\n')[0] ?? ''
  }
  const states = graph.states.flatMap((state) => toNumbers(program.store.get(stateOf(state).key)))
  return { refusal, steps: program.steps, states }
}

/** Waits for outputs, whose errors may come late. */
async function finished(handles: Readonly<Record<string, Handle>>): Promise<void> {
  for (const handle of Object.values(handles)) await handle.data()
}

async function disagreement(
  backend: Backend,
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  precision: 'declared' | 'f64',
): Promise<string | undefined> {
  const program = await compile(graph.outputs, { backend, store: createStore() })
  const handles = program.run(feeds)
  const states = program.store.contents
  const reference = evaluate(graph, { feeds, states, precision }).outputs
  for (const [name, expected] of Object.entries(reference)) {
    const handle = handles[name]
    if (!handle) return `${name} is missing`
    const got = toNumbers({ shape: handle.shape, dtype: handle.dtype, data: await handle.data() })
    const want = toNumbers(expected)
    const isExact = handle.dtype === 'f64' && !hasPassedSingle(graph.outputs[name])
    const tolerance = isExact ? tolerances.f64 : tolerances.f32
    const at = got.findIndex((x, index) => !isNear(x, want[index] ?? Number.NaN, tolerance))
    if (at >= 0 || got.length !== want.length)
      return `${name}[${at}] is ${got[at]}, not ${want[at]}`
  }
  return undefined
}

/** Whether it was made of an f32, whose digits are all that it has. */
function hasPassedSingle(value: Value | undefined): boolean {
  return value !== undefined && new Graph({ value }).applications.some((one) => one.dtype === 'f32')
}

function isNear(got: number, want: number, tolerance: number): boolean {
  if (Object.is(got, want) || got === want) return true
  if (Number.isNaN(got) || Number.isNaN(want)) return false
  // What f64 holds may overflow f32, or vanish in it.
  if (Math.abs(want) > 3.4e38 && tolerance === tolerances.f32) return !Number.isFinite(got)
  return Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want))
}
