/** The training loop: epochs of batches through one compiled step, measured as they go. */
import { type BuilderProgram, compile } from '../compile.ts'
import { batches } from '../data/batches.ts'
import type { Dataset } from '../data/dataset.ts'
import { SluiceError } from '../errors.ts'
import type { Update } from '../ir/graph.ts'
import { formatShape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { createStore, type Store } from '../runtime/store.ts'
import { createScorer, inputsFor, type Scores } from './scores.ts'

export interface FitOptions {
  /** From inputs to predictions: a layer, or any function that builds graph. */
  readonly model: (x: Value) => Value
  /** The mean error over a batch: `crossEntropy`, `mse`. */
  readonly criterion: (prediction: Value, target: Value) => Value
  /** The updates that make J smaller: `(J) => sgd(J, { learningRate: 0.1 })`. */
  readonly optimizer: (J: Value) => readonly Update[]
  readonly train: Dataset
  /** What is measured but not learned from. */
  readonly heldOut?: Dataset
  readonly epochs: number
  /** How many examples a step learns from; the last step of an epoch takes what is left. Default 32. */
  readonly batchSize?: number
  /** Decides the first weights and the order of the examples. Default 0. */
  readonly seed?: number
  /** Where the weights live; one that holds them already goes on from there. Default: a new one. */
  readonly store?: Store
  /** Reports, and measures what is held out, after each so many epochs and after the last. Default 1. */
  readonly reportEvery?: number
}

export interface EpochReport {
  /** Counted from 1. */
  readonly epoch: number
  readonly epochs: number
  /** Steps taken so far. */
  readonly step: number
  /** The mean over the examples of this epoch, each as its step met it. */
  readonly loss: number
  readonly heldOut?: Scores
  /** Since the start. */
  readonly seconds: number
  /** Examples learned from, by the seconds spent in steps. */
  readonly examplesPerSecond: number
}

export interface FitResult extends EpochReport {
  /**
   * The training step, compiled, with a graph for each size of batch: `program.variant(feeds)` is
   * one of them, to trace, to explain, to run on. Its inputs are x and y.
   */
  readonly program: BuilderProgram<{ readonly J: Value }>
  /** The trained weights, for other programs: `compile(…, { store })`. */
  readonly store: Store
}

/**
 * Trains a model and gives what came of it.
 *
 * Throws: NONFINITE, naming gate and step, when a step makes a number that is NaN or infinite:
 * `store` then holds the weights from before that step; OPTION for epochs or sizes out of range;
 * DATA where the two datasets do not match.
 *
 * @example
 * const model = sequential(linear(64, 32), relu, linear(32, 10))
 * const { train, heldOut } = split(scaleInputs(await digits()), { heldOut: 0.2 })
 * const optimizer = (J: Value) => sgd(J, { learningRate: 0.5 })
 * const result = await fit({ model, criterion: crossEntropy, optimizer, train, heldOut, epochs: 30 })
 * console.log(result.heldOut?.accuracy)
 */
export async function fit(
  options: FitOptions & { readonly onEpoch?: (report: EpochReport) => void },
): Promise<FitResult> {
  const epochs = fitEpochs(options)
  for (;;) {
    const turn = await epochs.next()
    if (turn.done) return turn.value
    options.onEpoch?.(turn.value)
  }
}

/**
 * Trains as `fit` does and yields a report after each epoch; whoever stops asking stops training.
 *
 * @example
 * for await (const { epoch, loss } of fitEpochs(options)) console.log(epoch, loss)
 */
export async function* fitEpochs(
  options: FitOptions,
): AsyncGenerator<EpochReport, FitResult, void> {
  const { train, heldOut, epochs, seed = 0, reportEvery = 1 } = options
  const size = options.batchSize ?? 32
  check(options, size, reportEvery)
  const store = options.store ?? createStore({ seed })
  const program = await compileStep(options, store)
  const score = heldOut && (await createScorer(heldOut, { ...options, batchSize: 256, store }))

  const start = performance.now()
  let trainingMs = 0
  let step = 0
  for (let epoch = 1; ; epoch++) {
    const epochStart = performance.now()
    let loss = 0
    for (const { inputs, targets } of batches(train, { size, seed, epoch })) {
      const { J } = program.run({ x: inputs, y: targets })
      loss += (await J.item()) * (inputs.shape[0] ?? 0)
      step++
    }
    const now = performance.now()
    trainingMs += now - epochStart
    if (epoch % reportEvery !== 0 && epoch < epochs) continue
    const report: EpochReport = {
      epoch,
      epochs,
      step,
      loss: loss / train.length,
      ...(score && { heldOut: await score() }),
      seconds: (performance.now() - start) / 1000,
      examplesPerSecond: (epoch * train.length * 1000) / trainingMs,
    }
    yield report
    if (epoch >= epochs) return { ...report, program, store }
  }
}

function compileStep(
  { model, criterion, optimizer, train }: FitOptions,
  store: Store,
): Promise<BuilderProgram<{ readonly J: Value }>> {
  return compile(
    ({ x, y }) => {
      const J = criterion(model(x), y)
      return { outputs: { J }, updates: optimizer(J) }
    },
    { inputs: inputsFor(train), store },
  )
}

function check({ train, heldOut, epochs }: FitOptions, size: number, reportEvery: number): void {
  for (const [name, number] of Object.entries({ epochs, batchSize: size, reportEvery })) {
    if (Number.isInteger(number) && number >= 1) continue
    throw new SluiceError({
      code: 'OPTION',
      what: `fit: ${name} is no whole number`,
      expected: '1 or more',
      got: String(number),
      fix: `give ${name} as a whole number, such as 10`,
    })
  }
  if (!heldOut) return
  const featuresOf = ({ inputs, targets }: Dataset) =>
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
