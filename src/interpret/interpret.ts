/**
 * The reference evaluator: walks a graph and yields one step for each gate, forward, backward and
 * update alike. Slow and plain on purpose; backends are held against it.
 */
import { internalError, SluiceError } from '../errors.ts'
import { expansionOf } from '../gates/expansion.ts'
import { type Graph, inputName, stateOf } from '../ir/graph.ts'
import { formatShape, sameShape } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import { formatType, type Value } from '../ir/value.ts'
import { applyPrimitive, checkData, type Precision, workingTensor } from './apply.ts'
import { runScan } from './scan.ts'
import { initialState } from './initial-state.ts'
import { type Phase, phasesOf } from './phases.ts'

export interface InterpretOptions {
  /** Tensors by the names of inputs, of their shapes and dtypes. */
  readonly feeds?: Readonly<Record<string, Tensor>>
  /** Contents of states by key; a state that is absent is initialised from `seed`. */
  readonly states?: ReadonlyMap<string, Tensor>
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
  const precision = options.precision ?? 'declared'
  const sources = (application: Value) => readSource(application, options, precision)
  const values = yield* walk(graph, { sources, precision, depth: options.depth ?? 0, path: [] })
  const at = (value: Value) => read(values, graph.slotOf(value))
  return {
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, v]) => [name, at(v)])),
    updates: graph.updates.map((update) => at(update.value)),
  }
}

/** Interprets to the end. */
export function evaluate(graph: Graph, options: InterpretOptions = {}): InterpretResult {
  const steps = interpret(graph, options)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

interface Walk {
  readonly sources: (application: Value) => Tensor
  readonly precision: Precision
  readonly depth: number
  readonly path: readonly Value[]
}

type Values = (Tensor | undefined)[]

function* walk(graph: Graph, options: Walk): Generator<Step, Values, void> {
  const { precision, path } = options
  const phases = phasesOf(graph)
  const lastUses = lastUsesOf(graph)
  const values: Values = new Array(graph.slotCount)
  for (let position = 0; position < graph.applications.length; position++) {
    const application = graph.applications[position] as Value // position is inside
    const first = graph.firstSlot(position)
    if (application.gate.meaning.kind === 'source') {
      values[first] = options.sources(application)
      continue
    }
    const inputs: Tensor[] = []
    for (let k = 0; k < application.inputCount; k++) {
      inputs.push(read(values, graph.inputSlot(position, k)))
    }
    const outputs = yield* applyOne(application, inputs, options)
    for (let k = 0; k < outputs.length; k++) values[first + k] = outputs[k]
    const phase = phases[position] ?? 'forward'
    yield { phase, application, position, path, inputs, outputs }
    // What nobody reads any more is let go, so that memory follows the widest place of the graph.
    for (let k = 0; k < application.inputCount; k++) {
      const slot = graph.inputSlot(position, k)
      if (lastUses[slot] === position) values[slot] = undefined
    }
  }
  return values

  function* applyOne(
    application: Value,
    inputs: readonly Tensor[],
    { depth }: Walk,
  ): Generator<Step, readonly Tensor[], void> {
    const { meaning } = application.gate
    if (meaning.kind === 'scan') {
      const body = (bodyGraph: Graph, given: readonly Tensor[]) =>
        drain(walk(bodyGraph, { ...options, depth: 0, sources: byIndex(given) }), bodyGraph)
      return runScan(application, inputs, precision, body)
    }
    if (meaning.kind !== 'composite') return [applyPrimitive(application, inputs, precision)]
    checkData(application, inputs)
    const expansion = expansionOf(application)
    const inner = walk(expansion, {
      precision,
      depth: depth - 1,
      path: [...path, application],
      sources: byIndex(inputs),
    })
    if (depth <= 0) return drain(inner, expansion)
    const opened = yield* inner
    return outputsOf(expansion, opened)
  }
}

function drain(steps: Generator<Step, Values, void>, graph: Graph): readonly Tensor[] {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return outputsOf(graph, value)
  }
}

function outputsOf(graph: Graph, values: Values): readonly Tensor[] {
  return Object.values(graph.outputs).map((value) => read(values, graph.slotOf(value)))
}

/** Inputs of an inner graph are named by their index. */
function byIndex(given: readonly Tensor[]): (application: Value) => Tensor {
  return (application) => read(given, Number(inputName(application)))
}

function read(values: readonly (Tensor | undefined)[], slot: number): Tensor {
  const value = values[slot]
  if (!value) throw internalError(`interpret: slot ${slot} is empty`)
  return value
}

function readSource(application: Value, options: InterpretOptions, precision: Precision): Tensor {
  const { meaning } = application.gate
  if (meaning.kind === 'source' && meaning.form === 'state') {
    const state = stateOf(application)
    const held = options.states?.get(state.key)
    const fresh = () => initialState(state, options.seed ?? 0, (graph, feeds) => evaluate(graph, { feeds }).outputs)
    return workingTensor(held ?? fresh(), precision)
  }
  const name = inputName(application)
  const feed = options.feeds?.[name]
  if (!feed) {
    throw new SluiceError({
      code: 'FEED',
      what: `run: input "${name}" is not fed`,
      where: `input "${name}"`,
      expected: `a feed of type ${formatType(application.type)}`,
      got: `feeds for ${Object.keys(options.feeds ?? {}).join(', ') || 'nothing'}`,
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
  return workingTensor(feed, precision)
}

const lastUses = new WeakMap<Graph, Int32Array>()

/** By slot, the position of the last application that reads it; -1 keeps it to the end. */
function lastUsesOf(graph: Graph): Int32Array {
  const known = lastUses.get(graph)
  if (known) return known
  const uses = new Int32Array(graph.slotCount).fill(-1)
  graph.applications.forEach((application, position) => {
    for (let k = 0; k < application.inputCount; k++) uses[graph.inputSlot(position, k)] = position
  })
  for (const value of Object.values(graph.outputs)) uses[graph.slotOf(value)] = -1
  for (const update of graph.updates) uses[graph.slotOf(update.value)] = -1
  lastUses.set(graph, uses)
  return uses
}
