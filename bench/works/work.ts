/** What is to be done: plain data, so that a contender in a process of its own gets it as it is. */

/** A number that has to be the same in every language that a contender is written in. */
export interface Filled {
  readonly name: string
  readonly shape: readonly number[]
  readonly fill: Fill
}

export type Fill =
  /** Even on ±bound, or on 0 to bound where `isPositive`. */
  | {
      readonly kind: 'uniform'
      readonly seed: number
      readonly bound: number
      readonly isPositive?: boolean
    }
  | { readonly kind: 'constant'; readonly value: number }
  /** Whole numbers from 0 to below `classes`. */
  | { readonly kind: 'labels'; readonly seed: number; readonly classes: number }
  | { readonly kind: 'values'; readonly values: readonly number[] }

export interface Optimizer {
  readonly name: 'sgd' | 'adam' | 'adamW'
  readonly learningRate: number
  /** Of adamW, on every parameter. */
  readonly weightDecay: number
}

interface Training {
  readonly batch: number
  readonly optimizer: Optimizer
  /** In the order in which the model uses them; matrices are [in, out], kernels [out, in, h, w]. */
  readonly parameters: readonly Filled[]
  /** x, then the targets. */
  readonly inputs: readonly [Filled, Filled]
}

/** Dense layers, an activation between them; behind the last one it stands only with mse. */
export interface Mlp extends Training {
  readonly kind: 'mlp'
  readonly widths: readonly number[]
  readonly activation: 'sigmoid' | 'relu'
  readonly loss: 'mse' | 'crossEntropy'
}

/** Twice a 3×3 convolution that keeps the size, relu and a 2×2 maximum; then two dense layers. */
export interface Cnn extends Training {
  readonly kind: 'cnn'
  readonly size: number
  readonly channels: readonly [number, number]
  readonly dense: number
  readonly classes: number
}

/** As GPT-2 is built: normalised before each part, learned places, gelu in its tanh form. */
export interface Transformer extends Training {
  readonly kind: 'transformer'
  readonly vocabulary: number
  readonly context: number
  readonly width: number
  readonly heads: number
  readonly layers: number
}

export type TrainingWork = Mlp | Cnn | Transformer

/** One operation over operands that lie in the contender's own memory already. */
export type KernelWork =
  | { readonly kind: 'matmul'; readonly size: number; readonly inputs: readonly [Filled, Filled] }
  | { readonly kind: 'gelu'; readonly inputs: readonly [Filled] }
  | { readonly kind: 'softmax'; readonly inputs: readonly [Filled] }
  | { readonly kind: 'sum'; readonly axis: 0 | 1; readonly inputs: readonly [Filled] }
  /** Along the last axis, ascending. */
  | { readonly kind: 'sort'; readonly inputs: readonly [Filled] }

/** A layer forward and backward: its output, and the gradients of all inputs but the first. */
export interface GradientWork {
  readonly kind: 'gradient'
  readonly of: 'batchNorm' | 'lstm' | 'attention' | 'depthwise'
  /** The upstream gradient, then what is differentiated: x, weights, biases; query, key, value. */
  readonly inputs: readonly [Filled, Filled, ...Filled[]]
}

/** What a finished network makes of a batch that it is given each time, read by JavaScript. */
export interface Forward {
  readonly kind: 'forward'
  readonly network: Mlp
}

/** add, multiply and tanh in turn, in f64, with the derivatives by start, factor and term. */
export interface ScalarWork {
  readonly kind: 'scalars'
  readonly gates: number
  readonly start: number
  readonly factor: number
  readonly term: number
}

export type Work = TrainingWork | Forward | KernelWork | GradientWork | ScalarWork

export function isTraining(work: Work): work is TrainingWork {
  return work.kind === 'mlp' || work.kind === 'cnn' || work.kind === 'transformer'
}

/** A contender's output where `samplePlaces` looks at it. */
export function sampleOf(data: ArrayLike<number | bigint>): readonly number[] {
  return samplePlaces(data.length).map((place) => Number(data[place]))
}

/** Where a contender's output is looked at: 16 places, spread over all of it. */
function samplePlaces(length: number): readonly number[] {
  const count = Math.min(16, length)
  return Array.from({ length: count }, (_, place) => Math.floor(((place + 0.5) * length) / count))
}
