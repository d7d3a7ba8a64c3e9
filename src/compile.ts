/** Where graphs, engines and stores meet: `compile` makes a program of a graph. */
import { type Backend, defineBackend, type GraphBackend } from './backends/define.ts'
import { wasm } from './backends/wasm/backend.ts'
import { SluiceError } from './errors.ts'
import { input } from './gates/input.ts'
import { initialState } from './interpret/initial-state.ts'
import { evaluate } from './interpret/interpret.ts'
import { findNonFinite } from './interpret/non-finite.ts'
import type { DType } from './ir/dtype.ts'
import { Graph, type Update } from './ir/graph.ts'
import { formatShape, type Shape, sizeOf } from './ir/shape.ts'
import type { State } from './ir/state.ts'
import { isTypedArray, type Tensor, type TensorLike, tensor } from './ir/tensor.ts'
import type { Value } from './ir/value.ts'
import { optimise } from './passes/index.ts'
import { kernelsOf } from './passes/kernels.ts'
import type { Engine, EngineContext, Replay, StepCount } from './runtime/engine.ts'
import { type Feeds, feedOf } from './runtime/feeds.ts'
import {
  createProgram,
  type Handles,
  type Outputs,
  type Parameters,
  type Program,
  parametersOf,
} from './runtime/program.ts'
import { Store, settle } from './runtime/store.ts'
import { tensorEngine } from './runtime/tensor-engine.ts'

export interface CompileOptions {
  /** What states become at each run; an optimizer gives them. */
  readonly updates?: readonly Update[]
  /** The store that states live in. Default: the one they live in already, else a new one. */
  readonly store?: Store
  /** What random first contents of a new store are drawn from. Default 0. */
  readonly seed?: number
  /** `f64` computes f32 in f64, on the interpreter. Default: every gate in its own dtype. */
  readonly precision?: 'declared' | 'f64'
  /** Whether all machines must give the same bits, at some cost in speed. Default false. */
  readonly deterministic?: boolean
  /**
   * How many threads may share a step, this one included: workers in Node and in pages that are
   * isolated (COOP and COEP), elsewhere none; fewer, down to one, where the step is too small to gain
   * by more. Results are the same for any number. Default: the number of cores, up to 8, where the
   * first steps run on one thread until the others have started; asked for by number, `compile`
   * waits for them. `program.threads` says how many it has become.
   */
  readonly threads?: number
  /**
   * What runs the program. Default: WebAssembly, and the interpreter where the machine has no
   * WebAssembly with SIMD; `program.engine` says which it is.
   */
  readonly backend?: Backend
}

/** Sizes of an input; null where each run decides. */
export interface InputDeclaration {
  readonly shape: readonly (number | null)[]
  readonly dtype?: DType
}

/** What a builder gets for a declared input: a size that is null is unknown to the types. */
export type DeclaredValue<I extends InputDeclaration> = Value<
  Sizes<I['shape']>,
  'dtype' extends keyof I
    ? I extends { readonly dtype: infer D extends DType }
      ? D
      : DType
    : 'f32'
>
type Sizes<S extends InputDeclaration['shape']> = {
  readonly [K in keyof S]: S[K] extends number ? S[K] : number
}

/** What a builder gives: outputs, or outputs with updates. */
export type Built<O extends Outputs> =
  | O
  | { readonly outputs: O; readonly updates: readonly Update[] }

export interface BuilderOptions<I extends Readonly<Record<string, InputDeclaration>>>
  extends Omit<CompileOptions, 'updates'> {
  readonly inputs: I
}

/** A program whose graph is built again, once, for each new combination of feed shapes. */
export interface BuilderProgram<O extends Outputs> {
  readonly store: Store
  readonly parameters: Parameters
  /** How many graphs have been built. */
  readonly variants: number
  /** How many runs have changed states, of all variants together. */
  readonly steps: number
  /** The program for feeds of these shapes. */
  variant(feeds: Feeds): Program<O>
  run(feeds: Feeds): Handles<O>
}

/**
 * Compiles outputs, with the updates of a training step where there are any, into a program.
 *
 * Given a function from inputs to outputs, builds and caches one graph for each combination of
 * feed shapes, all over one store: `compile(({ x }) => ({ y: model(x) }), { inputs: { x: { shape:
 * [null, 64] } } })`.
 *
 * @example
 * const step = await compile({ J }, { updates: sgd(J, { learningRate: 0.5 }) })
 * step.run({ x: X, y: Y })
 */
export async function compile<O extends Outputs>(
  outputs: O,
  options?: CompileOptions,
): Promise<Program<O>>
export async function compile<
  O extends Outputs,
  const I extends Readonly<Record<string, InputDeclaration>>,
>(
  builder: (inputs: { readonly [K in keyof I]: DeclaredValue<I[K]> }) => Built<O>,
  options: BuilderOptions<I>,
): Promise<BuilderProgram<O>>
export async function compile(
  source: Outputs | ((inputs: Readonly<Record<string, Value>>) => Built<Outputs>),
  options: CompileOptions &
    Partial<BuilderOptions<Readonly<Record<string, InputDeclaration>>>> = {},
): Promise<Program | BuilderProgram<Outputs>> {
  if (typeof source === 'function') {
    return compileBuilder(source, { ...options, inputs: options.inputs ?? {} })
  }
  const { program, engine } = programOn(new Graph(source, options.updates), options)
  if (options.threads !== undefined) await engine.ready?.()
  return program
}

/** What a state holds before its first update. */
export function initialise(state: State, seed: number): Tensor {
  const isLarge = sizeOf(state.shape) >= 2 ** 14
  return initialState(state, seed, (graph, feeds) =>
    isLarge ? compute(graph, feeds) : evaluate(graph, { feeds }).outputs,
  )
}

// A memory of its own for drawing first contents; kept only as long as one draw follows another.
let drawing: WeakRef<Store> | undefined

/** The outputs of a graph, once, by the fastest engine that gives all machines the same bits. */
function compute(graph: Graph, feeds: Feeds): Readonly<Record<string, Tensor>> {
  const store = drawing?.deref() ?? new Store()
  drawing = new WeakRef(store)
  const program = programOf(graph, { store, deterministic: true, threads: 1 })
  const handles = program.run(graph.inputs.length > 0 ? feeds : {}) // zeros need no key
  return Object.fromEntries(
    Object.entries(handles).map(([name, handle]) => {
      return [name, { shape: handle.shape, dtype: handle.dtype, data: handle.dataSync() }]
    }),
  )
}

function programOf(graph: Graph, options: CompileOptions, progress?: StepCount): Program {
  return programOn(graph, options, progress).program
}

function programOn(
  graph: Graph,
  options: CompileOptions,
  progress: StepCount = { steps: 0 },
): { readonly program: Program; readonly engine: Engine } {
  const store = settle(graph, options, initialise)
  const { precision = 'declared' } = options
  const replay: Replay = (feeds, states, step) =>
    findNonFinite(graph, { feeds, states, precision }, step)
  const engine = engineOf({ graph, store, progress, replay }, options)
  return { program: createProgram(graph, store, engine, progress), engine }
}

/** The reference evaluator as a backend. */
export const interpreter: GraphBackend = defineBackend({
  name: 'interpreter',
  takes: 'graph',
  capabilities: { sync: true },
  compile:
    (graph, { precision }) =>
    (feeds, states) =>
      evaluate(graph, { feeds, states, precision }),
})

function engineOf(context: EngineContext, options: CompileOptions): Engine {
  const { backend = wasm, precision = 'declared', deterministic = false, threads } = options
  const { graph } = context
  const settings = { precision, isDeterministic: deterministic, threads: checkThreads(threads) }
  if (backend.takes === 'kernels' && backend.canRun(settings)) {
    return backend.compile(kernelsOf(graph), context, settings)
  }
  const { name, compile } = backend.takes === 'graph' ? backend : interpreter
  // Folding rounds to the declared dtypes, so a run in f64 keeps the graph as it was built.
  const prepared = precision === 'f64' ? graph : optimise(graph)
  return tensorEngine(name, compile(prepared, settings), context)
}

function checkThreads(threads: number | undefined): number | undefined {
  if (threads === undefined || (Number.isInteger(threads) && threads >= 1)) return threads
  throw new SluiceError({
    code: 'OPTION',
    what: 'compile: the number of threads is not a whole number',
    expected: '1 or more',
    got: String(threads),
    fix: 'leave it out, or give how many threads may share a step',
  })
}

function compileBuilder(
  builder: (inputs: Readonly<Record<string, Value>>) => Built<Outputs>,
  options: BuilderOptions<Readonly<Record<string, InputDeclaration>>>,
): BuilderProgram<Outputs> {
  const store = options.store ?? new Store(options as { seed?: number })
  const programs = new Map<string, Program>()
  const count: StepCount = { steps: 0 }
  const variant = (feeds: Feeds): Program => {
    const shapes = Object.entries(options.inputs).map(([name, declaration]) => ({
      name,
      dtype: declaration.dtype ?? 'f32',
      shape: shapeOfFeed(name, declaration, feedOf(feeds, name)),
    }))
    const key = shapes.map(({ shape }) => formatShape(shape)).join()
    const known = programs.get(key)
    if (known) return known
    const values = shapes.map(({ name, shape, dtype }) => [name, input(name, shape, { dtype })])
    const built = builder(Object.fromEntries(values))
    const { outputs, updates } = isWithUpdates(built) ? built : { outputs: built, updates: [] }
    const program = programOf(new Graph(outputs, updates), { ...options, store }, count)
    programs.set(key, program)
    return program
  }
  return {
    store,
    parameters: parametersOf(store),
    get variants() {
      return programs.size
    },
    get steps() {
      return count.steps
    },
    variant,
    run: (feeds) => variant(feeds).run(feeds),
  }
}

function isWithUpdates(
  built: Built<Outputs>,
): built is { readonly outputs: Outputs; readonly updates: readonly Update[] } {
  return Array.isArray(built.updates)
}

/** The shape of a feed; in a flat typed array the one size that is left open is found out. */
function shapeOfFeed(
  name: string,
  { shape }: InputDeclaration,
  feed: TensorLike | undefined,
): Shape {
  const open = shape.filter((size) => size === null).length
  const fits = (got: Shape) =>
    got.length === shape.length && shape.every((size, axis) => size === null || size === got[axis])
  if (feed !== undefined) {
    const got = tensor(feed).shape
    if (fits(got)) return got
    const known = sizeOf(shape.filter((size) => size !== null))
    if (isTypedArray(feed) && open <= 1 && known > 0 && feed.length % known === 0) {
      const whole = shape.map((size) => size ?? feed.length / known)
      if (sizeOf(whole) === feed.length) return whole
    }
  }
  const declared = `[${shape.map((size) => size ?? 'any').join(', ')}]`
  throw new SluiceError({
    code: 'FEED',
    what:
      feed === undefined
        ? `run: input "${name}" is not fed`
        : `run: the feed of "${name}" has another shape`,
    where: `input "${name}"`,
    expected: declared,
    got: feed === undefined ? 'no feed' : formatShape(tensor(feed).shape),
    fix: feed === undefined ? `add ${name} to the feeds` : 'feed data of the declared shape',
  })
}
