/** What the page and the worker say to each other about training: plain data. */
import type { Failure } from './protocol.ts'

export const datasetNames = ['xor', 'moons', 'circles', 'spiral', 'iris', 'digits'] as const
export const activationNames = ['sigmoid', 'tanh', 'relu', 'leakyRelu', 'gelu', 'silu'] as const
export const criterionNames = ['crossEntropy', 'bceWithLogits', 'mse', 'huber'] as const
export const optimizerNames = ['sgd', 'momentum', 'nesterov', 'adam', 'adamW'] as const

export type DatasetName = (typeof datasetNames)[number]
export type ActivationName = (typeof activationNames)[number]
export type CriterionName = (typeof criterionNames)[number]
export type OptimizerName = (typeof optimizerNames)[number]

/** All that a training depends on: the same settings give the same numbers, to the bit. */
export interface TrainingSettings {
  readonly dataset: DatasetName
  /** The widths between the inputs and the outputs, whose own the dataset decides. */
  readonly hidden: readonly number[]
  readonly activation: ActivationName
  readonly criterion: CriterionName
  readonly optimizer: OptimizerName
  readonly learningRate: number
  readonly batchSize: number
  readonly seed: number
}

/** An iteration of a training. */
export interface TrainingPlace {
  readonly settings: TrainingSettings
  readonly iteration: number
}

/** How far each side of the grid goes on which a decision boundary is measured. */
export const gridSide = 56

/** Points in the plane, x and y in turn, and the class of each. */
export interface Points {
  readonly places: Float32Array
  readonly labels: Uint8Array
}

export interface Plane {
  readonly train: Points
  readonly heldOut?: Points
  readonly names: readonly [x: string, y: string]
  readonly x: readonly [least: number, greatest: number]
  readonly y: readonly [least: number, greatest: number]
}

/** The first examples of those that are measured, as pictures. */
export interface Images {
  readonly rows: number
  readonly columns: number
  /** 0 … 1, one image after the other. */
  readonly pixels: Float32Array
  readonly labels: Uint8Array
}

export interface ParameterFacts {
  readonly key: string
  /** What equations call it: `W1`. */
  readonly symbol: string
  readonly shape: readonly number[]
}

/** What stays the same for a whole training. */
export interface TrainingFacts {
  /** Which training this is; frames of another one are too late. */
  readonly run: number
  readonly widths: readonly number[]
  readonly classes: readonly string[]
  readonly parameters: readonly ParameterFacts[]
  readonly trainCount: number
  /** 0 where nothing is held out: then training examples are what is measured. */
  readonly heldOutCount: number
  readonly batchesPerEpoch: number
  readonly plane?: Plane
  readonly images?: Images
}

export interface Measured {
  readonly loss: number
  /** The share of examples whose class is predicted. */
  readonly accuracy: number
}

/** The scores of the weights as they were before an iteration. */
export interface Measurement {
  readonly iteration: number
  readonly train: Measured
  readonly heldOut?: Measured
}

/** One parameter, and what the next batch would do to it. */
export interface ParameterFrame {
  readonly weights: Float32Array
  readonly gradientNorm: number
  /** The length of the update over the length of the weights; infinite where these are all 0. */
  readonly updateRatio: number
}

/** For each point of the grid, row by row from the top, the class that wins and its share, 0 … 1. */
export interface Boundary {
  readonly classes: Uint8Array
  readonly shares: Float32Array
}

export interface Predictions {
  /** For the pictures, the class that wins and its share. */
  readonly classes: Uint8Array
  readonly shares: Float32Array
}

export interface TrainingFrame {
  readonly run: number
  /** How many batches the weights have learned from. */
  readonly iteration: number
  readonly isRunning: boolean
  readonly learningRate: number
  /** Of all losses so far and the weights: two runs with the same one agree to the bit. */
  readonly fingerprint: string
  /** The losses of the batches from here on; those that the page has from here on are void. */
  readonly from: number
  readonly losses: Float32Array
  /** Those measured at `from` or later. */
  readonly measurements: readonly Measurement[]
  readonly parameters: readonly ParameterFrame[]
  /** Rows are classes, columns predictions. */
  readonly confusion: Uint32Array
  readonly boundary?: Boundary
  readonly predictions?: Predictions
  /** Why training has stopped by itself. */
  readonly failure?: Failure
}

/** What training is told; each takes effect before the next batch. */
export type TrainingOrder =
  | {
      readonly do: 'run'
      /** The iteration that it pauses at. */
      readonly until?: number
      /** Batches for each frame that is asked for; without it as many as there is time for. */
      readonly pace?: number
    }
  | { readonly do: 'pause' }
  /** One batch. */
  | { readonly do: 'step' }
  /** Goes to an iteration, back or forward: the same seed and rates as before. */
  | { readonly do: 'go'; readonly to: number }
  | { readonly do: 'rate'; readonly learningRate: number }

export type TrainingRequest =
  | { readonly kind: 'train'; readonly settings: TrainingSettings }
  | { readonly kind: 'order'; readonly order: TrainingOrder }
  | { readonly kind: 'frame' }

export interface TrainingReplies {
  readonly train: TrainingFacts
  /** At which iteration the order took effect. */
  readonly order: { readonly iteration: number }
  readonly frame: TrainingFrame
}
