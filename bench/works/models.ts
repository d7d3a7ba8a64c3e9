/** The works of the table, each in the size that the table names and in one to try things with. */
import type {
  Cnn,
  Filled,
  Forward,
  GradientWork,
  KernelWork,
  Mlp,
  Optimizer,
  ScalarWork,
  Transformer,
} from './work.ts'

const sgd = (learningRate: number): Optimizer => ({ name: 'sgd', learningRate, weightDecay: 0 })
const adam: Optimizer = { name: 'adam', learningRate: 0.001, weightDecay: 0 }
const adamW: Optimizer = { name: 'adamW', learningRate: 0.001, weightDecay: 0.01 }

/** The four rows of XOR, with the squared error of their mean. */
export const xor: Mlp = {
  ...dense([2, 3, 1]),
  activation: 'sigmoid',
  loss: 'mse',
  batch: 4,
  optimizer: sgd(0.5),
  inputs: [
    { name: 'x', shape: [4, 2], fill: { kind: 'values', values: [0, 0, 0, 1, 1, 0, 1, 1] } },
    { name: 'y', shape: [4, 1], fill: { kind: 'values', values: [0, 1, 1, 0] } },
  ],
}

export function classifier(
  widths: readonly number[],
  batch: number,
  optimizer: 'sgd' | 'adam',
): Mlp {
  return {
    ...dense(widths),
    activation: 'relu',
    loss: 'crossEntropy',
    batch,
    optimizer: optimizer === 'sgd' ? sgd(0.1) : adam,
    inputs: [
      { name: 'x', shape: [batch, widths[0] ?? 0], fill: positive(1) },
      { name: 'y', shape: [batch], fill: labelled(widths.at(-1) ?? 0) },
    ],
  }
}

/** The finished network of a classifier. */
export function forward(widths: readonly number[], batch: number): Forward {
  return { kind: 'forward', network: classifier(widths, batch, 'sgd') }
}

export function cnn(batch: number, channels: readonly [number, number], width: number): Cnn {
  const [size, classes] = [28, 10]
  const [first, second] = channels
  const flat = second * (size / 4) ** 2
  return {
    kind: 'cnn',
    size,
    channels,
    dense: width,
    classes,
    batch,
    optimizer: adam,
    parameters: [
      ...weightAndBias(1, [first, 1, 3, 3], 9, first),
      ...weightAndBias(2, [second, first, 3, 3], 9 * first, second),
      ...weightAndBias(3, [flat, width], flat, width),
      ...weightAndBias(4, [width, classes], width, classes),
    ],
    inputs: [
      { name: 'x', shape: [batch, 1, size, size], fill: positive(1) },
      { name: 'y', shape: [batch], fill: labelled(classes) },
    ],
  }
}

export interface TransformerSize {
  readonly context: number
  readonly width: number
  readonly heads: number
  readonly layers: number
  readonly batch: number
}

export function transformer(size: TransformerSize): Transformer {
  const { context, width, layers, batch } = size
  const vocabulary = 65
  const table = (name: string, rows: number, seed: number): Filled => ({
    name,
    shape: [rows, width],
    fill: { kind: 'uniform', seed, bound: 0.04 },
  })
  const norm = (name: string): Filled[] => [
    { name: `${name}.weight`, shape: [width], fill: { kind: 'constant', value: 1 } },
    { name: `${name}.bias`, shape: [width], fill: { kind: 'constant', value: 0 } },
  ]
  const blocks = Array.from({ length: layers }, (_, layer): Filled[] => {
    const at = 10 * (layer + 1)
    return [
      ...norm(`${layer}.norm1`),
      ...weightAndBias(at + 1, [width, 3 * width], width, 3 * width),
      ...weightAndBias(at + 2, [width, width], width, width),
      ...norm(`${layer}.norm2`),
      ...weightAndBias(at + 3, [width, 4 * width], width, 4 * width),
      ...weightAndBias(at + 4, [4 * width, width], 4 * width, width),
    ]
  })
  const [head] = weightAndBias(9, [width, vocabulary], width, vocabulary)
  return {
    kind: 'transformer',
    ...size,
    vocabulary,
    optimizer: adamW,
    parameters: [
      table('tokens', vocabulary, 501),
      table('places', context, 502),
      ...blocks.flat(),
      ...norm('norm'),
      ...(head ? [head] : []),
    ],
    inputs: [
      { name: 'x', shape: [batch, context], fill: { ...labelled(vocabulary), seed: 503 } },
      { name: 'y', shape: [batch * context], fill: labelled(vocabulary) },
    ],
  }
}

export function matmul(size: number): KernelWork {
  const square = (name: string, seed: number): Filled => ({
    name,
    shape: [size, size],
    fill: { kind: 'uniform', seed, bound: 1 },
  })
  return { kind: 'matmul', size, inputs: [square('a', 601), square('b', 602)] }
}

export function gelu(count: number): KernelWork {
  return {
    kind: 'gelu',
    inputs: [{ name: 'a', shape: [count], fill: { kind: 'uniform', seed: 603, bound: 4 } }],
  }
}

export function softmax(rows: number, columns: number): KernelWork {
  return { kind: 'softmax', inputs: [table(rows, columns)] }
}

export function sum(rows: number, columns: number, axis: 0 | 1): KernelWork {
  return { kind: 'sum', axis, inputs: [table(rows, columns)] }
}

export function sort(rows: number, columns: number): KernelWork {
  return { kind: 'sort', inputs: [table(rows, columns)] }
}

/** x [steps, batch, width], weights [width, 4 · width] for x and for h, rows i, f, g, o. */
export function lstm(steps: number, batch: number, width: number): GradientWork {
  const sequence = [steps, batch, width]
  const bound = 1 / Math.sqrt(width)
  return {
    kind: 'gradient',
    of: 'lstm',
    inputs: [
      filled('upstream', sequence, 611),
      filled('x', sequence, 612),
      filled('inputWeight', [width, 4 * width], 613, bound),
      filled('hiddenWeight', [width, 4 * width], 614, bound),
      filled('bias', [1, 4 * width], 615, bound),
    ],
  }
}

/** [batch, heads, places, width] each. */
export function attention(shape: readonly [number, number, number, number]): GradientWork {
  return {
    kind: 'gradient',
    of: 'attention',
    inputs: [
      filled('upstream', shape, 621),
      filled('query', shape, 622),
      filled('key', shape, 623),
      filled('value', shape, 624),
    ],
  }
}

/** In training: mean and variance are of the batch. */
export function batchNorm(shape: readonly [number, number, number, number]): GradientWork {
  const channels = [shape[1]]
  return {
    kind: 'gradient',
    of: 'batchNorm',
    inputs: [
      filled('upstream', shape, 605),
      filled('x', shape, 606),
      filled('weight', channels, 607),
      filled('bias', channels, 608),
    ],
  }
}

/** A 3×3 window for each channel, which keeps the size. */
export function depthwise(shape: readonly [number, number, number, number]): GradientWork {
  return {
    kind: 'gradient',
    of: 'depthwise',
    inputs: [
      filled('upstream', shape, 631),
      filled('x', shape, 632),
      filled('kernel', [shape[1], 1, 3, 3], 633, 1 / 3),
    ],
  }
}

/** The factor pushes away from 0 about as much as tanh pulls towards it. */
export function scalars(gates: number): ScalarWork {
  return { kind: 'scalars', gates, start: 0.5, factor: 1.000001, term: 1e-9 }
}

function filled(name: string, shape: readonly number[], seed: number, bound = 1): Filled {
  return { name, shape, fill: { kind: 'uniform', seed, bound } }
}

function table(rows: number, columns: number): Filled {
  return { name: 'a', shape: [rows, columns], fill: { kind: 'uniform', seed: 604, bound: 4 } }
}

function dense(widths: readonly number[]): Pick<Mlp, 'kind' | 'widths' | 'parameters'> {
  const parameters = widths.slice(1).flatMap((width, layer) => {
    const before = widths[layer] ?? 0
    return weightAndBias(layer + 1, [before, width], before, width)
  })
  return { kind: 'mlp', widths, parameters }
}

/** Even on ±1/√fanIn, as PyTorch begins. */
function weightAndBias(
  layer: number,
  shape: readonly number[],
  fanIn: number,
  width: number,
): readonly [Filled, Filled] {
  const bound = 1 / Math.sqrt(fanIn)
  const fill = (seed: number) => ({ kind: 'uniform', seed, bound }) as const
  return [
    { name: `W${layer}`, shape, fill: fill(2 * layer) },
    { name: `b${layer}`, shape: [width], fill: fill(2 * layer + 1) },
  ]
}

function positive(bound: number): Filled['fill'] {
  return { kind: 'uniform', seed: 701, bound, isPositive: true }
}

function labelled(classes: number) {
  return { kind: 'labels', seed: 702, classes } as const
}
