/** A program runs one graph on an engine, over the states of a store. */
import { internalError, SluiceError } from '../errors.ts'
import { type DType, dtypes, isFloating } from '../ir/dtype.ts'
import { type Graph, stateOf } from '../ir/graph.ts'
import type { Shape } from '../ir/shape.ts'
import type { Tensor, TensorLike } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { type Feeds, readFeeds, readRepeatedFeeds } from './feeds.ts'
import { type Handle, handleOf } from './handle.ts'
import type { Store } from './store.ts'

export interface EngineResult {
  readonly outputs: Readonly<Record<string, Tensor>>
  /** New contents of states, in the order of the graph's updates. */
  readonly updates: readonly Tensor[]
}

/** What executes a graph. */
export interface Engine {
  readonly name: string
  readonly capabilities: { readonly sync: boolean }
  readonly run: (
    feeds: Readonly<Record<string, Tensor>>,
    states: ReadonlyMap<string, Tensor>,
  ) => EngineResult
  /** Runs again, slowly, to say which gate made the first number that is not finite. */
  readonly explainNonFinite: (
    feeds: Readonly<Record<string, Tensor>>,
    states: ReadonlyMap<string, Tensor>,
    step: number,
  ) => SluiceError
}

export type Outputs = Readonly<Record<string, Value>>
export type Handles<O extends Outputs> = {
  readonly [K in keyof O]: O[K] extends Value<infer S, infer D> ? Handle<S, D> : Handle
}

/** The trainable states of a program's store. */
export interface Parameters {
  readonly keys: readonly string[]
  get(key: string): Tensor
  set(key: string, contents: TensorLike): void
}

export interface Program<O extends Outputs = Outputs> {
  readonly graph: Graph
  readonly store: Store
  readonly parameters: Parameters
  readonly engine: string
  readonly capabilities: { readonly sync: boolean }
  /** How many runs have changed states. */
  readonly steps: number
  /**
   * One step: feeds in, updates applied, a handle for each output.
   * Throws FEED where feeds do not fit; NONFINITE, naming the gate, where a number that should go
   * into a state is NaN or infinite: then no state has changed.
   */
  run(feeds?: Feeds): Handles<O>
  /**
   * `count` steps in one call. A feed with a leading axis of `count` gives each step its slice;
   * outputs come back stacked along a new leading axis.
   */
  repeat(count: number, feeds?: Feeds): { readonly [K in keyof O]: Handle<Shape, DType> }
}

/** How many runs have changed states; programs that are variants of one share it. */
export interface StepCount {
  steps: number
}

export function createProgram<O extends Outputs>(
  graph: Graph,
  store: Store,
  engine: Engine,
  progress: StepCount = { steps: 0 },
): Program<O> {
  const step = (feeds: Readonly<Record<string, Tensor>>) => {
    const result = apartFrom(feeds, engine.run(feeds, store.contents))
    if (graph.updates.length === 0) return result.outputs
    if (!isFiniteStep(graph, result))
      throw engine.explainNonFinite(feeds, store.contents, progress.steps + 1)
    graph.updates.forEach(({ state }, index) => {
      const contents = result.updates[index]
      if (!contents) throw internalError(`program: no new contents for update ${index}`)
      store.commit(stateOf(state).key, contents)
    })
    progress.steps++
    return result.outputs
  }
  return {
    graph,
    store,
    parameters: parametersOf(store),
    engine: engine.name,
    capabilities: engine.capabilities,
    get steps() {
      return progress.steps
    },
    run(feeds = {}) {
      const outputs = step(readFeeds(graph.inputs, feeds))
      const handles = Object.entries(outputs).map(([name, tensor]) => [name, handleOf(tensor)])
      return Object.fromEntries(handles) as Handles<O> // the graph's outputs are O
    },
    repeat(count, feeds = {}) {
      const feedsAt = readRepeatedFeeds(graph.inputs, feeds, checkCount(count))
      const stacks = new Map<string, Tensor>()
      for (let turn = 0; turn < count; turn++) {
        for (const [name, tensor] of Object.entries(step(feedsAt(turn)))) {
          push(stacks, name, tensor, turn, count)
        }
      }
      const handles = [...stacks].map(([name, tensor]) => [name, handleOf(tensor)])
      return Object.fromEntries(handles) as { readonly [K in keyof O]: Handle } // as above
    },
  }
}

/** A feed that comes out as it went in is copied: its buffer is the user's, who may fill it again. */
function apartFrom(
  feeds: Readonly<Record<string, Tensor>>,
  { outputs, updates }: EngineResult,
): EngineResult {
  const given = new Set(Object.values(feeds).map(({ data }) => data.buffer))
  const own = (tensor: Tensor): Tensor =>
    given.has(tensor.data.buffer) ? { ...tensor, data: tensor.data.slice() } : tensor
  return {
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, t]) => [name, own(t)])),
    updates: updates.map(own),
  }
}

/** The trainable states of a store, by key. */
export function parametersOf(store: Store): Parameters {
  return {
    get keys() {
      return store.states.filter((state) => state.trainable).map((state) => state.key)
    },
    get: (key) => store.get(key),
    set: (key, contents) => store.set(key, contents),
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
function isFiniteStep({ updates }: Graph, result: EngineResult): boolean {
  const { J } = result.outputs
  const learned = result.updates.filter((_, index) => {
    const update = updates[index]
    return update && stateOf(update.state).trainable
  })
  return [...(J ? [J] : []), ...learned].every(
    (tensor) => !isFloating(tensor.dtype) || tensor.data.every((x) => Number.isFinite(x)),
  )
}

function checkCount(count: number): number {
  if (Number.isInteger(count) && count > 0) return count
  throw new SluiceError({
    code: 'OPTION',
    what: 'repeat: the number of steps is not a whole number',
    expected: '1 or more',
    got: String(count),
    fix: 'give how many steps to run',
  })
}
