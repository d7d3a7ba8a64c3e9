/** What a training is asked for, and what it tells. */
import type { BuilderProgram } from '../compile.ts'
import type { ExampleFacts, ExampleSource } from '../data/index.ts'
import { SluiceError } from '../errors.ts'
import type { Update } from '../ir/graph.ts'
import { formatShape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Stage } from '../nn/index.ts'
import type { Store } from '../runtime/store.ts'
import type { FileSystem } from './atomic-file.ts'
import type { ModelFacts } from './model-document.ts'
import type { ScheduleOptions } from './rate-setter.ts'
import type { MetricName, Scores } from './scores.ts'

export interface FitOptions extends ScheduleOptions {
  /**
   * From inputs to predictions: a layer, or any function that builds graph. A layer is trained by
   * its training graph, in which dropout draws and norms measure their batch, and measured by the
   * one that evaluates; a function has one graph for both, in which the layers that it calls evaluate:
   * make it a layer by `module`, or give `sequential` the functions between layers.
   */
  readonly model: Stage
  /** The mean error over a batch: `crossEntropy`, `mse`. */
  readonly criterion: (prediction: Value, target: Value) => Value
  /** What the model's outputs are read as for the accuracy: `sigmoid` for logits of one class. */
  readonly predict?: (outputs: Value) => Value
  /** The updates that make J smaller: `(J) => sgd(J, { learningRate: 0.1 })`. */
  readonly optimizer: (J: Value) => readonly Update[]
  /** A dataset, or a stream of examples that are read as they are needed: `streamCsv`, `loader`. */
  readonly train: ExampleSource
  /** What is measured but not learned from. */
  readonly heldOut?: ExampleSource
  readonly epochs: number
  /** How many examples a step learns from; the last step of an epoch takes what is left. Default 32. */
  readonly batchSize?: number
  /** Decides the first weights, the order of the examples and what dropout draws. Default 0. */
  readonly seed?: number
  /** Where the weights live; one that holds them already goes on from there. Default: a new one. */
  readonly store?: Store
  /** Reports, and measures what is held out, after each so many epochs and after the last. Default 1. */
  readonly reportEvery?: number
  /** By what weights are called better. Default: the loss, of what is held out where there is any. */
  readonly watch?: MetricName
  /** Stops where the weights no longer get better. */
  readonly earlyStop?: EarlyStopOptions
  /** Asked after each epoch; training stops where it gives true. `heldOut` is there where measured. */
  readonly until?: (report: EpochReport) => boolean
  /** Stops after the running step, saves, and gives what there is. */
  readonly signal?: AbortSignal
  /** How many threads may share a step; see `compile`. Results are the same for any number. */
  readonly threads?: number
  /** Called after each step. */
  readonly onStep?: (report: StepReport) => void
  /** Saves what is needed to go on, and the model with it, in one file. */
  readonly checkpoint?: CheckpointOptions
  /**
   * A file that `checkpoint` saved: training goes on from there and comes to the same bits as if it
   * had not been interrupted. Model, data, batches and optimizer must be the same; states, such as
   * the learning rate, come from the file.
   */
  readonly resume?: string
}

export interface EarlyStopOptions {
  /** How many reports may pass in which nothing gets better. */
  readonly patience: number
  /** By how much it must get better to count. Default 0. */
  readonly minDelta?: number
  /** Whether the best weights are what stays in the end. Default true. */
  readonly restoreBest?: boolean
}

/** When to save; without any of the three, every 10 seconds. It always saves in the end. */
export interface CheckpointOptions {
  readonly path: string
  readonly everyEpochs?: number
  readonly everySteps?: number
  readonly everySeconds?: number
  /** Also saves each best model so far, beside `path`: `name.best.safetensors`. Default false. */
  readonly keepBest?: boolean
  /** What the model is, so that `loadModel` can load it from the file. */
  readonly model?: ModelFacts
  /** Default: that of node:fs/promises. */
  readonly files?: FileSystem
}

export interface EpochReport {
  /** Counted from 1. */
  readonly epoch: number
  readonly epochs: number
  /** Steps taken so far. */
  readonly step: number
  /** The mean over the examples of this epoch, each as its step met it; NaN before the first step. */
  readonly loss: number
  readonly heldOut?: Scores
  /** Since the start, or since it was resumed. */
  readonly seconds: number
  /** Examples learned from, by the seconds spent in steps. */
  readonly examplesPerSecond: number
}

export interface StepReport extends Omit<EpochReport, 'heldOut'> {
  /** Examples of this epoch learned from so far. */
  readonly position: number
  /** How many examples an epoch has. */
  readonly examples: number
}

/** Why a training ended. */
export type StopReason = 'epochs' | 'early' | 'until' | 'aborted'

/** The report of the last epoch; `heldOut` is of the weights that the store holds in the end. */
export interface FitResult extends EpochReport {
  readonly stopped: StopReason
  /** The epoch after which the weights were best, and the metric that was watched. */
  readonly best?: { readonly epoch: number; readonly value: number }
  /**
   * The training step, compiled, with a graph for each size of batch: `program.variant(feeds)` is
   * one of them, to trace, to explain, to run on. Its inputs are x and y.
   */
  readonly program: BuilderProgram<{ readonly J: Value }>
  /** The trained weights, for other programs: `compile(…, { store })`. */
  readonly store: Store
}

/** Throws OPTION for numbers out of range, DATA where the two datasets do not match. */
export function checkFitOptions(options: FitOptions): void {
  const { epochs, batchSize = 32, reportEvery = 1, earlyStop, checkpoint } = options
  const { everyEpochs = 1, everySteps = 1 } = checkpoint ?? {}
  const { patience = 1 } = earlyStop ?? {}
  const counts = { epochs, batchSize, reportEvery, patience, everyEpochs, everySteps }
  for (const [name, number] of Object.entries(counts)) {
    if (!(Number.isInteger(number) && number >= 1)) throw noCount(name, number)
  }
  for (const [name, number] of Object.entries({
    minDelta: earlyStop?.minDelta ?? 0,
    everySeconds: checkpoint?.everySeconds ?? 0,
  })) {
    if (!(Number.isFinite(number) && number >= 0)) throw noAmount(name, number)
  }
  checkHeldOut(options)
  checkWatch(options)
}

function checkHeldOut({ train, heldOut }: FitOptions): void {
  if (!heldOut) return
  const featuresOf = ({ inputs, targets }: ExampleFacts) =>
    `inputs ${inputs.dtype}${formatShape(inputs.shape.slice(1))} and targets ${targets.dtype}${formatShape(targets.shape.slice(1))} an example`
  const isAlike = (name: 'inputs' | 'targets') =>
    sameShape(train[name].shape.slice(1), heldOut[name].shape.slice(1)) &&
    train[name].dtype === heldOut[name].dtype
  if (isAlike('inputs') && isAlike('targets')) return
  throw new SluiceError({
    code: 'DATA',
    what: 'fit: the held-out examples are not like those to train on',
    expected: featuresOf(train),
    got: featuresOf(heldOut),
    fix: 'split one dataset, and prepare both parts alike',
  })
}

function checkWatch({ watch = 'loss', heldOut }: FitOptions): void {
  const measured: readonly MetricName[] = !heldOut
    ? ['loss']
    : heldOut.task === 'classification'
      ? ['loss', 'accuracy']
      : ['loss', 'r2', 'mae']
  if (measured.includes(watch)) return
  throw new SluiceError({
    code: 'OPTION',
    what: `fit: ${watch} is not measured here, so it cannot be watched`,
    expected: measured.join(', '),
    got: watch,
    fix: heldOut ? 'watch one of those' : 'give heldOut, or watch the loss',
  })
}

function noCount(name: string, got: number): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: `fit: ${name} is no whole number`,
    expected: '1 or more',
    got: String(got),
    fix: `give ${name} as a whole number, such as 10`,
  })
}

function noAmount(name: string, got: number): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: `fit: ${name} is out of range`,
    expected: 'a finite number, 0 or more',
    got: String(got),
    fix: `leave ${name} out, or give a number such as 0.5`,
  })
}
