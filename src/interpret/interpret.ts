/**
 * The reference evaluator: walks a graph and yields one step for each gate, forward, backward and
 * update alike. Slow and plain on purpose; backends are held against it.
 */
import { SluiceError } from '../errors.ts'
import { type Graph, inputName, stateOf } from '../ir/graph.ts'
import { formatShape, sameShape } from '../ir/shape.ts'
import type { StateContents } from '../ir/state.ts'
import type { Tensor } from '../ir/tensor.ts'
import { formatType, type Value } from '../ir/value.ts'
import { type Precision, workingTensor } from './apply.ts'
import { Frame } from './frame.ts'
import { initialState } from './initial-state.ts'
import { type Phase, phasesOf } from './phases.ts'

export interface InterpretOptions {
  /** Tensors by the names of inputs, of their shapes and dtypes. */
  readonly feeds?: Readonly<Record<string, Tensor>>
  /** Contents of states by key; a state that is absent is initialised from `seed`. */
  readonly states?: StateContents
  readonly seed?: number
  /** `f64` computes f32 in f64. Default: every gate in its own dtype. */
  readonly precision?: Precision
  /** How many levels of composites are opened into steps of their own. Default 0. */
  readonly depth?: number
}

/** One gate's turn. */
export interface Step {
  readonly phase: Phase
  readonly application: Value
  /** Position in the applications of the graph that it belongs to. */
  readonly position: number
  /** The composites that were opened to get here, outermost first. */
  readonly path: readonly Value[]
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
}

export interface InterpretResult {
  readonly outputs: Readonly<Record<string, Tensor>>
  /** New contents of states, in the order of the graph's updates. */
  readonly updates: readonly Tensor[]
}

/**
 * Yields one step per gate and returns outputs and updates; nothing is stored.
 * Throws FEED where a feed is missing or does not fit; INDEX where an index is out of range.
 */
export function* interpret(
  graph: Graph,
  options: InterpretOptions = {},
): Generator<Step, InterpretResult, void> {
  const frame = frameOf(graph, options)
  yield* stepThrough(frame, options.depth ?? 0, [])
  return resultOf(frame)
}

/** Interprets to the end. */
export function evaluate(graph: Graph, options: InterpretOptions = {}): InterpretResult {
  const frame = frameOf(graph, options)
  frame.finish()
  return resultOf(frame)
}

function* stepThrough(
  frame: Frame,
  depth: number,
  path: readonly Value[],
): Generator<Step, void, void> {
  const phases = phasesOf(frame.graph)
  while (!frame.isDone) {
    const { position, application } = frame
    if (application.gate.meaning.kind === 'source') {
      frame.advance()
      continue
    }
    const inputs = frame.inputs()
    const inner = depth > 0 ? frame.open() : undefined
    if (inner) yield* stepThrough(inner, depth - 1, [...path, application])
    const outputs = inner ? frame.provide(inner.outputs()) : frame.advance()
    yield { phase: phases[position] ?? 'forward', application, position, path, inputs, outputs }
  }
}

function frameOf(graph: Graph, options: InterpretOptions): Frame {
  const precision = options.precision ?? 'declared'
  const sources = (application: Value) => readSource(application, options, precision)
  return new Frame(graph, { sources, precision })
}

function resultOf(frame: Frame): InterpretResult {
  const { outputs, updates } = frame.graph
  return {
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, v]) => [name, frame.read(v)])),
    updates: updates.map((update) => frame.read(update.value)),
  }
}

function readSource(application: Value, options: InterpretOptions, precision: Precision): Tensor {
  const { meaning } = application.gate
  if (meaning.kind === 'source' && meaning.form === 'state') {
    const state = stateOf(application)
    const held = options.states?.get(state.key)
    const fresh = () =>
      initialState(state, options.seed ?? 0, (graph, feeds) => evaluate(graph, { feeds }).outputs)
    return workingTensor(held ?? fresh(), state.dtype, precision)
  }
  const name = inputName(application)
  const feeds = options.feeds ?? {}
  const feed = Object.hasOwn(feeds, name) ? feeds[name] : undefined
  if (!feed) {
    throw new SluiceError({
      code: 'FEED',
      what: `run: input "${name}" is not fed`,
      where: `input "${name}"`,
      expected: `a feed of type ${formatType(application.type)}`,
      got: `feeds for ${Object.keys(feeds).join(', ') || 'nothing'}`,
      fix: `add ${name} to the feeds`,
    })
  }
  if (!sameShape(feed.shape, application.shape)) {
    throw new SluiceError({
      code: 'FEED',
      what: `run: the feed of "${name}" has another shape`,
      where: `input "${name}"`,
      expected: formatShape(application.shape),
      got: formatShape(feed.shape),
      fix: 'feed data of the shape that the input declares',
    })
  }
  return workingTensor(feed, application.dtype, precision)
}
