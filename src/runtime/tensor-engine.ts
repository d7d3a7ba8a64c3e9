/** An engine around a function that computes one step on host tensors, such as the interpreter. */
import { internalError } from '../errors.ts'
import { dtypes, isFloating } from '../ir/dtype.ts'
import { type Graph, stateOf } from '../ir/graph.ts'
import type { StateContents } from '../ir/state.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Engine, EngineContext } from './engine.ts'
import { type Feeds, readFeeds, readRepeatedFeeds } from './feeds.ts'
import { type Handle, handleOf } from './handle.ts'

export interface StepResult {
  readonly outputs: Readonly<Record<string, Tensor>>
  /** New contents of states, in the order of the graph's updates. */
  readonly updates: readonly Tensor[]
}

/** Computes one step: outputs, and what the states become; it changes nothing itself. */
export type RunStep = (feeds: Readonly<Record<string, Tensor>>, states: StateContents) => StepResult

/** An engine called `name` whose steps are what `compute` gives. */
export function tensorEngine(
  name: string,
  compute: RunStep,
  { graph, store, progress, replay }: EngineContext,
): Engine {
  const step = (feeds: Readonly<Record<string, Tensor>>) => {
    const result = apartFrom(feeds, compute(feeds, store.contents))
    if (graph.updates.length === 0) return result.outputs
    if (!isFiniteStep(graph, result)) {
      const number = progress.steps + 1
      throw (
        replay(feeds, store.contents, number) ??
        internalError(`step ${number} was not finite, but its replay is`)
      )
    }
    graph.updates.forEach(({ state }, index) => {
      const contents = result.updates[index]
      if (!contents) throw internalError(`program: no new contents for update ${index}`)
      store.commit(stateOf(state).key, contents)
    })
    progress.steps++
    return result.outputs
  }
  return {
    name,
    capabilities: { sync: true },
    run: (feeds) => handlesOf(step(readFeeds(graph.inputs, feeds))),
    repeat: (count, feeds) => handlesOf(repeatSteps(step, graph, count, feeds)),
  }
}

function repeatSteps(
  step: (feeds: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>,
  graph: Graph,
  count: number,
  feeds: Feeds,
): Readonly<Record<string, Tensor>> {
  const feedsAt = readRepeatedFeeds(graph.inputs, feeds, count)
  const stacks = new Map<string, Tensor>()
  for (let turn = 0; turn < count; turn++) {
    for (const [name, tensor] of Object.entries(step(feedsAt(turn)))) {
      push(stacks, name, tensor, turn, count)
    }
  }
  return Object.fromEntries(stacks)
}

function handlesOf(tensors: Readonly<Record<string, Tensor>>): Readonly<Record<string, Handle>> {
  return Object.fromEntries(Object.entries(tensors).map(([name, one]) => [name, handleOf(one)]))
}

/** A feed that comes out as it went in is copied: its buffer is the user's, who may fill it again. */
function apartFrom(
  feeds: Readonly<Record<string, Tensor>>,
  { outputs, updates }: StepResult,
): StepResult {
  const given = new Set(Object.values(feeds).map(({ data }) => data.buffer))
  const own = (tensor: Tensor): Tensor =>
    given.has(tensor.data.buffer) ? { ...tensor, data: tensor.data.slice() } : tensor
  return {
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, t]) => [name, own(t)])),
    updates: updates.map(own),
  }
}

function push(
  stacks: Map<string, Tensor>,
  name: string,
  one: Tensor,
  turn: number,
  count: number,
): void {
  const size = one.data.length
  const stack = stacks.get(name) ?? {
    shape: [count, ...one.shape],
    dtype: one.dtype,
    data: dtypes[one.dtype].allocate(count * size),
  }
  stack.data.set(one.data as never, turn * size) // one dtype on both sides
  stacks.set(name, stack)
}

/**
 * Looks at J and at what goes into trainable states. Other outputs and states may hold an infinity
 * by right: a mask, the best loss so far.
 */
function isFiniteStep({ updates }: Graph, result: StepResult): boolean {
  const { J } = result.outputs
  const learned = result.updates.filter((_, index) => {
    const update = updates[index]
    return update && stateOf(update.state).trainable
  })
  return [...(J ? [J] : []), ...learned].every(
    (tensor) => !isFloating(tensor.dtype) || tensor.data.every((x) => Number.isFinite(x)),
  )
}
