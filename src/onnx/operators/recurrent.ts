/** Recurrent networks: one scan for each direction. */
import { hardsigmoid, softsign } from '../../functional/index.ts'
import * as gates from '../../gates/index.ts'
import type { Value } from '../../ir/value.ts'
import type { Node } from '../node.ts'
import type { Family } from '../operator.ts'

const limits = 'activations without alpha and beta; no clip; lengths for forward direction only'

export const recurrents: Family = {
  GRU: { make: (node) => recurrent(node, gru), limits },
  LSTM: { make: (node) => recurrent(node, lstm), limits: `${limits}; no input_forget` },
  RNN: { make: (node) => recurrent(node, rnn), limits },
}

type Activation = (x: Value) => Value

interface Cell {
  /** How many rows of numbers, each as wide as the cell, a step makes. */
  readonly gateCount: number
  readonly stateCount: 1 | 2
  readonly activations: readonly string[]
  /** The step, h first, for the weights of one direction. */
  readonly step: (weights: CellWeights) => (x: Value, states: readonly Value[]) => readonly Value[]
}

interface CellWeights {
  readonly node: Node
  readonly width: number
  readonly activations: readonly Activation[]
  /** [width, gates · width] */
  readonly hidden: Value
  /** Of the hidden part, where a gate scales that part alone. */
  readonly hiddenBias: Value | undefined
  /** Peepholes [3, width]: i, o, f. */
  readonly peepholes: Value | undefined
}

const rnn: Cell = {
  gateCount: 1,
  stateCount: 1,
  activations: ['Tanh'],
  step: ({ hidden, activations }) => {
    const [f = gates.tanh] = activations
    return (x, [h = x]) => [f(gates.add(x, gates.matmul(h, hidden)))]
  },
}

/** Rows z, r, h. Source: ONNX `GRU`. */
const gru: Cell = {
  gateCount: 3,
  stateCount: 1,
  activations: ['Sigmoid', 'Tanh'],
  step: ({ node, width, hidden, hiddenBias, activations }) => {
    const [f = gates.sigmoid, g = gates.tanh] = activations
    const isLinear = node.attributes.int('linear_before_reset', 0) !== 0
    const [both, own] = [columns(hidden, 0, 2 * width), columns(hidden, 2 * width, 3 * width)]
    const bias = hiddenBias && columns(hiddenBias, 2 * width, 3 * width)
    return (x, [h = x]) => {
      const zr = f(gates.add(columns(x, 0, 2 * width), gates.matmul(h, both)))
      const [z, r] = [columns(zr, 0, width), columns(zr, width, 2 * width)]
      const product = gates.matmul(isLinear ? h : gates.multiply(r, h), own)
      const fromHidden = bias ? gates.add(product, bias) : product
      const reset = isLinear ? gates.multiply(r, fromHidden) : fromHidden
      const candidate = g(gates.add(columns(x, 2 * width, 3 * width), reset))
      return [gates.add(gates.multiply(gates.subtract(1, z), candidate), gates.multiply(z, h))]
    }
  },
}

/** Rows i, o, f, c. Source: ONNX `LSTM`. */
const lstm: Cell = {
  gateCount: 4,
  stateCount: 2,
  activations: ['Sigmoid', 'Tanh', 'Tanh'],
  step: ({ width, hidden, peepholes, activations }) => {
    const [f = gates.sigmoid, g = gates.tanh, last = gates.tanh] = activations
    const part = (rows: Value, at: number) => columns(rows, at * width, (at + 1) * width)
    const seen = (rows: Value, at: number, c: Value) =>
      peepholes
        ? gates.add(rows, gates.multiply(columns(peepholes, at * width, (at + 1) * width), c))
        : rows
    return (x, [h = x, c = x]) => {
      const rows = gates.add(x, gates.matmul(h, hidden))
      const input = f(seen(part(rows, 0), 0, c))
      const forget = f(seen(part(rows, 2), 2, c))
      const kept = gates.add(gates.multiply(forget, c), gates.multiply(input, g(part(rows, 3))))
      const output = f(seen(part(rows, 1), 1, kept))
      return [gates.multiply(output, last(kept)), kept]
    }
  },
}

function columns(x: Value, from: number, to: number): Value {
  return gates.slice(x, [...x.shape.slice(1).map((): [] => []), [from, to]])
}

function recurrent(node: Node, cell: Cell): readonly Value[] {
  const { attributes } = node
  refuse(node, 'clip')
  refuse(node, 'activation_alpha')
  refuse(node, 'activation_beta')
  if (attributes.int('input_forget', 0) !== 0) refuse(node, 'input_forget')
  const isBatchFirst = node.opset >= 14 && attributes.int('layout', 0) !== 0
  const x = isBatchFirst ? gates.swapAxes(node.value(0), 0, 1) : node.value(0)
  const direction = attributes.string('direction', 'forward')
  const ways = direction === 'bidirectional' ? [false, true] : [direction === 'reverse']
  const runs = ways.map((isReverse, way) => runWay(node, cell, { x, way, isReverse, isBatchFirst }))
  const output = gates.stack(
    runs.map((run) => run.output),
    1,
  )
  const last = Array.from({ length: cell.stateCount }, (_, state) =>
    gates.stack(runs.map((run) => run.states[state] ?? run.output)),
  )
  if (!isBatchFirst) return [output, ...last]
  return [
    gates.transpose(output, [2, 0, 1, 3]),
    ...last.map((state) => gates.swapAxes(state, 0, 1)),
  ]
}

interface Way {
  readonly x: Value
  readonly way: number
  readonly isReverse: boolean
  readonly isBatchFirst: boolean
}

interface Run {
  /** [steps, batch, width] */
  readonly output: Value
  readonly states: readonly Value[]
}

function runWay(node: Node, cell: Cell, { x, way, isReverse, isBatchFirst }: Way): Run {
  const { gateCount, stateCount } = cell
  const ofWay = (index: number) => row(node.value(index), way)
  const hidden = gates.transpose(ofWay(2))
  const width = hidden.shape[0] ?? 0
  const [batch = 0, dtype] = [x.shape[1], x.dtype === 'f64' ? 'f64' : 'f32'] as const
  const bias = node.has(3) ? ofWay(3) : undefined
  const rows = gateCount * width
  const [inputBias, ownBias] = bias ? [columns(bias, 0, rows), columns(bias, rows, 2 * rows)] : []
  // Where a gate scales the hidden part alone, its bias stays with that part.
  const isScaled = cell === gru
  const joined =
    inputBias &&
    ownBias &&
    (isScaled ? zeroThird(inputBias, ownBias, width) : gates.add(inputBias, ownBias))
  const products = gates.matmul(x, gates.transpose(ofWay(1)))
  const sequence = joined ? gates.add(products, joined) : products
  const first = Array.from({ length: stateCount }, (_, state) => {
    const index = 5 + state
    if (!node.has(index)) return gates.zeros([batch, width], { dtype })
    const given = isBatchFirst ? gates.swapAxes(node.value(index), 0, 1) : node.value(index)
    return row(given, way)
  })
  const step = cell.step({
    node,
    width,
    hidden,
    hiddenBias: isScaled ? ownBias : undefined,
    peepholes: cell === lstm && node.has(7) ? ofWay(7) : undefined,
    activations: activationsOf(node, cell, way),
  })
  return scanned({ node, step, sequence, first, isReverse })
}

/** z and r take both biases with the input; h keeps the hidden one. */
function zeroThird(input: Value, hidden: Value, width: number): Value {
  const rest = columns(input, 2 * width, 3 * width)
  const both = gates.add(columns(input, 0, 2 * width), columns(hidden, 0, 2 * width))
  return gates.concat([both, rest], 0)
}

interface Scanned {
  readonly node: Node
  readonly step: (x: Value, states: readonly Value[]) => readonly Value[]
  readonly sequence: Value
  readonly first: readonly Value[]
  readonly isReverse: boolean
}

function scanned({ node, step, sequence, first, isReverse }: Scanned): Run {
  const lengths = lengthsOf(node, sequence, isReverse)
  const [steps = 0] = sequence.shape
  const places = gates.iota([steps])
  const { carry, outputs } = gates.scan(
    (states: readonly Value[], [x, place]) => {
      const next = step(x, states)
      const [h = x] = next
      if (!lengths) return { carry: next, outputs: [h] }
      // Behind its end an example keeps its states, and gives zeros.
      const isInside = gates.less(place, lengths)
      const kept = next.map((value, at) => gates.where(isInside, value, states[at] ?? value))
      return { carry: kept, outputs: [gates.where(isInside, h, 0)] }
    },
    { carry: first, sequences: [sequence, places], reverse: isReverse },
  )
  return { output: outputs[0], states: carry }
}

/** How long each example is, as a column; undefined where all are as long as the sequence. */
function lengthsOf(node: Node, sequence: Value, isReverse: boolean): Value | undefined {
  if (!node.has(4)) return undefined
  const known = node.operand(4).host()
  const steps = sequence.shape[0] ?? 0
  if (known && Array.from(known.data as ArrayLike<number>).every((n) => n === steps)) {
    return undefined
  }
  if (!isReverse) return gates.unsqueeze(node.value(4), 1)
  throw node.mistake('lengths that differ are read forwards only', 'direction forward', 'reverse')
}

function row(x: Value, at: number): Value {
  return gates.reshape(gates.slice(x, [[at, at + 1]]), x.shape.slice(1))
}

function refuse(node: Node, attribute: string): void {
  if (!node.attributes.has(attribute)) return
  throw node.mistake(`${attribute} has no place here`, `no ${attribute}`, 'it is given')
}

const activations: Readonly<Record<string, Activation>> = {
  elu: (x) => gates.elu(x),
  hardsigmoid,
  leakyrelu: (x) => gates.leakyRelu(x),
  relu: gates.relu,
  sigmoid: gates.sigmoid,
  softplus: (x) => gates.softplus(x),
  softsign,
  tanh: gates.tanh,
}

function activationsOf(node: Node, cell: Cell, way: number): readonly Activation[] {
  const count = cell.activations.length
  const names = node.attributes.has('activations')
    ? node.attributes.strings('activations').slice(way * count, (way + 1) * count)
    : cell.activations
  return names.map((name) => {
    const found = activations[name.toLowerCase()]
    if (found) return found
    throw node.mistake(
      'the activation has no place here',
      Object.keys(activations).join(', '),
      name,
    )
  })
}
