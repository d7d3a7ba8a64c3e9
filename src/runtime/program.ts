/** A program runs one graph on an engine, over the states of a store. */
import { SluiceError } from '../errors.ts'
import type { DType } from '../ir/dtype.ts'
import type { Graph } from '../ir/graph.ts'
import type { Shape } from '../ir/shape.ts'
import type { Tensor, TensorLike } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import type {
  Engine,
  KernelExplanation,
  PlannedBuffer,
  Profile,
  ProgramMemory,
  StepCount,
} from './engine.ts'
import type { Feeds } from './feeds.ts'
import type { Handle } from './handle.ts'
import type { Store } from './store.ts'

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
  /** What runs it: `wasm`, or `interpreter` where that was asked for or nothing else can. */
  readonly engine: string
  readonly capabilities: { readonly sync: boolean }
  /**
   * How many threads share a step: 1 where it is too small to gain by more, where there are no
   * workers to be had, and from when on one of them has ended.
   */
  readonly threads: number
  /** How many runs have changed states. */
  readonly steps: number
  /** What its buffers take, in bytes; undefined on the interpreter, which plans nothing. */
  readonly memory: ProgramMemory | undefined
  /** Its buffers: where each lies, and when it is in use; undefined on the interpreter. */
  readonly plan: readonly PlannedBuffer[] | undefined
  /**
   * One step: feeds in, updates applied, a handle for each output.
   * Throws FEED where feeds do not fit; NONFINITE, naming the gate, where a number that should go
   * into a state is NaN or infinite; INDEX where an index is out of range: then no state has changed.
   */
  run(feeds?: Feeds): Handles<O>
  /**
   * `count` steps in one call. A feed with a leading axis of `count` gives each step its slice;
   * outputs come back stacked along a new leading axis. Throws as `run`; the steps before the one
   * that failed have been taken.
   */
  repeat(count: number, feeds?: Feeds): { readonly [K in keyof O]: Handle<Shape, DType> }
  /** The kernels that make up a step, with the gates that each holds; none on the interpreter. */
  explainKernels(): readonly KernelExplanation[]
  /**
   * How long each kernel takes: the mean over `runs` steps (default 10), which change no state.
   * Throws OPTION on the interpreter, which has no kernels; FEED as `run`.
   */
  profile(feeds?: Feeds, options?: { readonly runs?: number }): Profile
}

export function createProgram<O extends Outputs>(
  graph: Graph,
  store: Store,
  engine: Engine,
  progress: StepCount,
): Program<O> {
  const { kernels } = engine
  return {
    graph,
    store,
    parameters: parametersOf(store),
    engine: engine.name,
    capabilities: engine.capabilities,
    get threads() {
      return engine.threads ?? 1
    },
    get steps() {
      return progress.steps
    },
    get memory() {
      return kernels?.memory
    },
    get plan() {
      return kernels?.plan
    },
    run: (feeds = noFeeds) => engine.run(feeds) as Handles<O>, // the graph's outputs are O
    repeat: (count, feeds = noFeeds) =>
      engine.repeat(checkCount('repeat', count), feeds) as { readonly [K in keyof O]: Handle }, // as above
    explainKernels: () => kernels?.explain() ?? [],
    profile(feeds = noFeeds, { runs = 10 } = {}) {
      if (!kernels) throw withoutKernels(engine.name)
      return kernels.profile(feeds, checkCount('profile', runs))
    },
  }
}

const noFeeds: Feeds = Object.freeze({})

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

function checkCount(method: 'repeat' | 'profile', count: number): number {
  if (Number.isInteger(count) && count > 0) return count
  throw new SluiceError({
    code: 'OPTION',
    what: `${method}: the number of steps is not a whole number`,
    expected: '1 or more',
    got: String(count),
    fix: 'give how many steps to run',
  })
}

function withoutKernels(engine: string): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'profile: the program has no kernels',
    expected: 'a program that is compiled to kernels, as wasm does',
    got: `one that runs on the ${engine}`,
    fix: 'compile it without `backend: interpreter` and without `precision: "f64"`',
  })
}
