/** What the page and the worker say to each other about training: plain data. */
import type { Failure } from './protocol.ts'

export const datasetNames = [
  'xor',
  'moons',
  'circles',
  'spiral',
  'iris',
  'digits',
  'painted',
  'table',
] as const
export const activationNames = [
  'sigmoid',
  'tanh',
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'gelu',
  'silu',
  'mish',
  'hardswish',
  'softplus',
  'softsign',
] as const
export const criterionNames = ['crossEntropy', 'bceWithLogits', 'mse', 'l1', 'huber'] as const
export const optimizerNames = [
  'sgd',
  'momentum',
  'nesterov',
  'adam',
  'adamW',
  'adamax',
  'nadam',
  'radam',
  'adagrad',
  'adadelta',
  'adafactor',
  'rmsprop',
  'asgd',
  'lion',
] as const

export type DatasetName = (typeof datasetNames)[number]
export type ActivationName = (typeof activationNames)[number]
export type CriterionName = (typeof criterionNames)[number]
export type OptimizerName = (typeof optimizerNames)[number]
export type Task = 'classification' | 'regression'

/** How a table of one's own is read. The text of it stays where it was given, by its mark. */
export interface TableChoice {
  /** What the text comes to: two tables with the same one are the same. */
  readonly mark: string
  /** The name of its file. */
  readonly name: string
  /** The column to predict; without it the last. */
  readonly target?: string
  /** Without it, as the values of the target suggest. */
  readonly task?: Task
  /** What is done about rows with a missing cell. */
  readonly missing?: 'drop' | 'mean'
  /** Columns that are left out. */
  readonly ignore?: readonly string[]
}

/** What optimizers take beside their rate; each has those that are its own. */
export interface OptimizerOptions {
  readonly momentum?: number
  readonly weightDecay?: number
  readonly clipGradNorm?: number
  readonly beta1?: number
  readonly beta2?: number
}

/** All that a training depends on: the same settings give the same numbers, to the bit. */
export interface TrainingSettings extends OptimizerOptions {
  readonly dataset: DatasetName
  /** Of points that are drawn at random: how many, and how far off they may be. */
  readonly count?: number
  readonly noise?: number
  /** Of painted points: where they are, as `formatPainting` writes them. */
  readonly points?: string
  /** Of a table of one's own. */
  readonly table?: TableChoice
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
  readonly labels: Uint16Array
}

/** The units that an activation makes of one layer. */
export interface UnitFacts {
  /** What equations call its values: `a2`. */
  readonly symbol: string
  readonly activation: string
  readonly count: number
}

/** A unit is called dead where the slope of its activation is below this for all that is measured. */
export const leastSlope = 0.005

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
  /** What the heading says of it: `xor, 2 → 4 → 1`. */
  readonly title: string
  readonly task: Task
  /** What is predicted where that is a number. */
  readonly target?: string
  /** None where numbers are predicted. */
  readonly classes: readonly string[]
  readonly units: readonly UnitFacts[]
  /** What is worth knowing of the data, such as a column that never changes. */
  readonly notes: readonly string[]
  readonly parameters: readonly ParameterFacts[]
  readonly trainCount: number
  /** 0 where nothing is held out: then training examples are what is measured. */
  readonly heldOutCount: number
  /** How many of them are measured at most, so that large tables keep nobody waiting. */
  readonly measuredCount: number
  readonly batchesPerEpoch: number
  readonly plane?: Plane
  readonly images?: Images
}

export interface Measured {
  readonly loss: number
  /** The share of examples whose class is predicted; of numbers, the share of variance explained. */
  readonly score: number
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
  readonly gradients: Float32Array
  readonly gradientNorm: number
  /** The length of the update over the length of the weights; infinite where these are all 0. */
  readonly updateRatio: number
}

/** For each point of the grid, row by row from the top, the class that wins and its share, 0 … 1. */
export interface Boundary {
  readonly classes: Uint16Array
  readonly shares: Float32Array
}

export interface Predictions {
  /** For the pictures, the class that wins and its share. */
  readonly classes: Uint16Array
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
  /** For each layer of units, the numbers of those that are dead, from 0. */
  readonly deadUnits: readonly Uint32Array[]
  /** Rows are classes, columns predictions; absent where numbers are predicted. */
  readonly confusion?: Uint32Array
  /** What is true and what is predicted, in turn, in the units of the data. */
  readonly fitted?: Float32Array
  readonly boundary?: Boundary
  readonly predictions?: Predictions
  /** Why training has stopped by itself. */
  readonly failure?: Failure
  /** The step of Learn at which the first number arises that is none. */
  readonly failedStep?: FailedStep
}

export interface FailedStep {
  /** How many steps have been taken when it shows. */
  readonly step: number
  /** Its equation: `F7`. */
  readonly equation: string
  /** The gate: `mse`. */
  readonly gate: string
}

/** What is known of a table before it is learned from. */
export interface TableFacts {
  readonly mark: string
  readonly name: string
  readonly columns: readonly string[]
  /** Absent where the table cannot be read with these choices. */
  readonly found?: { readonly target: string; readonly task: Task; readonly rows: number }
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
  /** Gives the text of a table, where it has not been given before, and asks what it is. */
  | {
      readonly kind: 'table'
      readonly text?: string
      readonly choice: Omit<TableChoice, 'mark'> & { readonly mark?: string }
    }

export interface TrainingReplies {
  readonly train: TrainingFacts
  /** At which iteration the order took effect. */
  readonly order: { readonly iteration: number }
  readonly frame: TrainingFrame
  readonly table: TableFacts
}
