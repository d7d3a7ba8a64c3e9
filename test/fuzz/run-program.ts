/** Running a training step on a backend, held against the interpreter step by step. */
import type { Backend } from '../../src/backends/define.ts'
import { compile, interpreter } from '../../src/compile.ts'
import { SluiceError } from '../../src/errors.ts'
import { stateOf } from '../../src/ir/graph.ts'
import { sizeOf } from '../../src/ir/shape.ts'
import type { StateContents } from '../../src/ir/state.ts'
import { ownTensor, type Tensor } from '../../src/ir/tensor.ts'
import type { Program } from '../../src/runtime/program.ts'
import { createStore, type Store } from '../../src/runtime/store.ts'
import { differences, type StepResult } from './compare.ts'
import type { TrainingCase } from './training-graph.ts'

type Feeds = Readonly<Record<string, Tensor>>

/**
 * What a backend does otherwise than the interpreter in `count` steps: numbers, states, errors, and
 * steps that are repeated in one call. The interpreter begins each step with the backend's states,
 * so that what differs by rounding does not add up.
 */
export async function disagreements(
  given: TrainingCase,
  backend: Backend,
  count = 2,
): Promise<readonly string[]> {
  const { graph } = given
  const keys = graph.states.map((state) => stateOf(state).key)
  const [store, reference] = [createStore(), createStore()]
  const { updates } = graph
  const program = await compile(graph.outputs, { updates, backend, store })
  const known = await compile(graph.outputs, { updates, backend: interpreter, store: reference })
  for (let step = 0; step < count; step++) {
    const feeds = given.feeds(step)
    const before = contentsOf(store, keys)
    for (const [key, contents] of before) reference.set(key, contents)
    const want = await runOnce(known, feeds, keys)
    const got = await runOnce(program, feeds, keys)
    const states: StateContents = before
    const problems = differences(got, want, { graph, feeds, states })
    if (problems.length > 0) return problems.map((problem) => `step ${step}: ${problem}`)
    const changed = got.ending === 'none' ? [] : changedStates(before, got.states)
    if (changed.length > 0) return [`step ${step} failed, yet changed ${changed.join(', ')}`]
  }
  // Two programs more take as long again: a third of the graphs is enough.
  return graph.applications.length % 3 === 0 ? repeated(given, backend, count) : []
}

/** Steps in one call give the very bits that they give one by one. */
async function repeated(
  { graph, feeds }: TrainingCase,
  backend: Backend,
  count: number,
): Promise<readonly string[]> {
  const keys = graph.states.map((state) => stateOf(state).key)
  const { updates } = graph
  const make = () => compile(graph.outputs, { updates, backend, store: createStore() })
  const [one, all] = await Promise.all([make(), make()])
  const alone: StepResult[] = []
  for (let step = 0; step < count; step++) alone.push(await runOnce(one, feeds(step), keys))
  if (alone.some(({ ending }) => ending !== 'none')) return []
  const handles = all.repeat(count, stacked(Array.from({ length: count }, (_, k) => feeds(k))))
  const problems: string[] = []
  for (const name of Object.keys(graph.outputs)) {
    const data = [...((await handles[name]?.data()) ?? [])]
    const singles = alone.flatMap(({ outputs }) => [...(outputs[name]?.data ?? [])])
    const at = singles.findIndex((x, index) => !Object.is(x, data[index]))
    if (at >= 0 || data.length !== singles.length) {
      problems.push(`repeat: output ${name}[${at}] is ${data[at]}, not ${singles[at]}`)
    }
  }
  const last = alone.at(-1)?.states ?? new Map()
  const changed = changedStates(last, contentsOf(all.store, keys))
  return changed.length > 0 ? [...problems, `repeat: states ${changed.join()} differ`] : problems
}

function stacked(steps: readonly Feeds[]): Feeds {
  const [first = {}] = steps
  return Object.fromEntries(
    Object.entries(first).map(([name, { shape, dtype, data }]) => {
      const all = ownTensor({
        shape: [steps.length, ...shape],
        dtype,
        data: repeatedData(data, steps.length),
      })
      const size = sizeOf(shape)
      steps.forEach((feeds, step) => {
        const own = feeds[name]
        if (own) all.data.set(own.data as never, step * size) // arrays of one dtype
      })
      return [name, all]
    }),
  )
}

function repeatedData(data: Tensor['data'], count: number): Tensor['data'] {
  const Elements = data.constructor as new (length: number) => Tensor['data'] // its own kind
  return new Elements(data.length * count)
}

export async function runOnce(
  program: Program,
  feeds: Feeds,
  keys: readonly string[],
): Promise<StepResult> {
  try {
    const handles = program.run(feeds)
    const outputs: Record<string, Tensor> = {}
    for (const [name, handle] of Object.entries(handles)) {
      const { shape, dtype } = handle
      outputs[name] = { shape, dtype, data: await handle.data() }
    }
    return { ending: 'none', outputs, states: contentsOf(program.store, keys) }
  } catch (error) {
    const isFault = error instanceof SluiceError && ['INDEX', 'NONFINITE'].includes(error.code)
    if (!isFault) throw error
    const ending = error.code === 'INDEX' ? 'INDEX' : 'NONFINITE'
    return { ending, outputs: {}, states: contentsOf(program.store, keys) }
  }
}

export function contentsOf(store: Store, keys: readonly string[]): Map<string, Tensor> {
  return new Map(keys.map((key) => [key, store.get(key)]))
}

function changedStates(
  before: ReadonlyMap<string, Tensor>,
  after: ReadonlyMap<string, Tensor>,
): string[] {
  return [...before.keys()].filter((key) => {
    const [was, is] = [before.get(key)?.data ?? [], after.get(key)?.data ?? []]
    return was.length !== is.length || [...was].some((x, at) => !Object.is(x, is[at]))
  })
}
