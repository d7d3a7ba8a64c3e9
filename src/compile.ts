/** Where graphs, engines and stores meet: `compile` makes a program of a graph. */
import { type Backend, defineBackend } from './backends/define.ts'
import { internalError, SluiceError } from './errors.ts'
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
import { type Feeds, feedOf } from './runtime/feeds.ts'
import {
  createProgram,
  type Engine,
  type Handles,
  type Outputs,
  type Parameters,
  type Program,
  parametersOf,
  type StepCount,
} from './runtime/program.ts'
import { Store, settle } from './runtime/store.ts'

export interface CompileOptions {
  /** What states become at each run; an optimizer gives them. */
  readonly updates?: readonly Update[]
  /** The store that states live in. Default: the one they live in already, else a new one. */
  readonly store?: Store
  /** What random first contents of a new store are drawn from. Default 0. */
  readonly seed?: number
  /** `f64` computes f32 in f64. Default: every gate in its own dtype. */
  readonly precision?: 'declared' | 'f64'
  /** What runs the program. Default: the interpreter. */
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
  return programOf(new Graph(source, options.updates), options)
}

/** What a state holds before its first update. */
export function initialise(state: State, seed: number): Tensor {
  return initialState(state, seed, (graph, feeds) => evaluate(graph, { feeds }).outputs)
}

function programOf(graph: Graph, options: CompileOptions, count?: StepCount): Program {
  const store = settle(graph, options, initialise)
  return createProgram(graph, store, engineOf(graph, options), count)
}

/** The reference evaluator as a backend. */
export const interpreter: Backend = defineBackend({
  name: 'interpreter',
  capabilities: { sync: true },
  compile:
    (graph, { precision }) =>
    (feeds, states) =>
      evaluate(graph, { feeds, states, precision }),
})

function engineOf(graph: Graph, options: CompileOptions): Engine {
  const { backend = interpreter, precision = 'declared' } = options
  // Folding rounds to the declared dtypes, so a run in f64 keeps the graph as it was built.
  const run = backend.compile(precision === 'f64' ? graph : optimise(graph), { precision })
  return {
    name: backend.name,
    capabilities: backend.capabilities,
    run,
    explainNonFinite: (feeds, states, step) =>
      findNonFinite(graph, { feeds, states, precision }, step) ??
      internalError(`step ${step} was not finite, but its replay is`),
  }
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
