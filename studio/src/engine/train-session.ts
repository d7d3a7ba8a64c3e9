/**
 * One training from its first batch on: the same settings and rates give the same numbers, to the
 * bit, however often it goes back.
 */
import { createStore, type Handle, type Store, type Tensor, type Value } from 'sluice'
import type { Dataset } from 'sluice/data'
import { countRight, widthsFor } from 'sluice/train'
import { loadTrainingData, sampled, type TrainingData } from './train-data.ts'
import { createJournal, type Journal } from './train-journal.ts'
import { type BatchFeeds, type BatchOrder, createBatchOrder } from './train-order.ts'
import { compileTraining, type TrainingPrograms } from './train-programs.ts'
import type { Measured, ParameterFacts, TrainingSettings, UnitFacts } from './train-protocol.ts'
import type { TableShelf } from './train-table.ts'

export interface TrainingSession {
  readonly settings: TrainingSettings
  readonly data: TrainingData
  readonly widths: readonly number[]
  readonly parameters: readonly ParameterFacts[]
  readonly unitLayers: readonly UnitFacts[]
  /** What is measured by: those held out, else those learned from; of many, some. */
  readonly measuredOn: Measurable
  readonly batchesPerEpoch: number
  readonly store: Store
  /** What has been so far. */
  readonly journal: Omit<Journal, 'noteLoss' | 'noteMeasurement' | 'restore'>
  /** One batch. Throws NONFINITE, naming the gate; then nothing has changed. */
  step(): void
  /** Back to an iteration that has been, by the seed and the rates that led there. */
  rewind(to: number): void
  /** Of each parameter, by key, its gradient for the next batch and what that would make of it. */
  probe(): ReadonlyMap<string, Probed>
  /** Whether the next batch would leave finite weights. */
  isNextFinite(): boolean
  /** For each layer of units the steepest slopes over all that is measured. */
  slopes(): readonly Tensor[]
  /** What the network says of these inputs. */
  predict(inputs: Tensor): Tensor
  /** The criterion, and what the next batch feeds it. */
  open(): { readonly J: Value; readonly feeds: BatchFeeds }
}

/** Examples, and the class of each. */
export interface Measurable {
  readonly dataset: Dataset
  readonly labels: Uint16Array
}

export interface Probed {
  readonly gradient: Tensor
  readonly next: Tensor
}

/** Throws OPTION for settings out of range, DATA where the data cannot be had. */
export async function startTraining(
  settings: TrainingSettings,
  tables: Pick<TableShelf, 'read'>,
): Promise<TrainingSession> {
  const data = await loadTrainingData(settings, tables)
  const { inputs, outputs } = widthsFor(data.train)
  const widths = [inputs, ...settings.hidden, outputs]
  const store = createStore({ seed: settings.seed })
  const programs = await compileTraining(settings, widths, { data, store })
  const order = createBatchOrder(data.train, settings)
  // Declares all states; and a batch that is the last of its epoch, and smaller, keeps nobody waiting.
  for (const feeds of [order.at(order.batchesPerEpoch - 1), order.at(0)]) {
    programs.step.variant(feeds)
    programs.probe.variant(feeds)
  }
  const journal = createJournal(store, settings.learningRate)
  return createSession({ settings, data, widths, store, programs, order, journal })
}

interface Parts extends Pick<TrainingSession, 'settings' | 'data' | 'widths' | 'store'> {
  readonly programs: TrainingPrograms
  readonly order: BatchOrder
  readonly journal: Journal
}

function createSession({ programs, order, journal, ...facts }: Parts): TrainingSession {
  const { data } = facts
  const { batchesPerEpoch } = order
  // Once an epoch, and of short epochs every tenth iteration or so.
  const measureEvery = Math.ceil(10 / batchesPerEpoch) * batchesPerEpoch
  const next = () => order.at(journal.iteration)
  const train = sampled(data.train, data.trainLabels)
  const heldOut = data.heldOut && sampled(data.heldOut, data.heldOutLabels)
  const measuredOn = heldOut ?? train
  const measure = () => {
    if (journal.iteration % measureEvery !== 0) return
    const { iteration } = journal
    if ((journal.measurements.at(-1)?.iteration ?? -1) >= iteration) return
    journal.noteMeasurement({
      iteration,
      train: measured(programs, train.dataset),
      ...(heldOut && { heldOut: measured(programs, heldOut.dataset) }),
    })
  }
  const step = () => {
    const { J } = programs.step.run(next())
    journal.noteLoss(Number(J.dataSync()[0])) // a scalar has one element
    measure()
  }
  measure()
  return {
    ...{ ...facts, journal, batchesPerEpoch, measuredOn, step },
    parameters: programs.parameters,
    unitLayers: programs.unitLayers,
    rewind(to) {
      journal.restore(to)
      while (journal.iteration < to) step()
    },
    probe() {
      const found = programs.probe.run(next())
      const probedOf = (key: string): Probed => ({
        gradient: contentsOf(found[`gradient ${key}`]),
        next: contentsOf(found[`next ${key}`]),
      })
      return new Map(programs.parameters.map(({ key }) => [key, probedOf(key)]))
    },
    isNextFinite: () => Object.values(programs.probe.run(next())).every(isFiniteHandle),
    slopes() {
      const found = programs.units?.run({ x: measuredOn.dataset.inputs })
      return programs.unitLayers.map(({ symbol }) => contentsOf(found?.[symbol]))
    },
    predict: (inputs) => contentsOf(programs.predictor.run({ x: inputs }).prediction),
    open: () => ({ J: programs.step.variant(next()).graph.criterion(), feeds: next() }),
  }
}

function measured({ scorer }: TrainingPrograms, dataset: Dataset): Measured {
  const { inputs, targets, length, task } = dataset
  const run = scorer.run({ x: inputs, y: targets })
  const prediction = contentsOf(run.prediction)
  return {
    loss: Number(run.loss.dataSync()[0]), // a scalar has one element
    score:
      task === 'regression'
        ? explained(prediction, targets)
        : countRight(prediction, targets) / length,
  }
}

/** The share of the targets' variance that predictions explain, R²: at best 1. */
function explained({ data }: Tensor, targets: Tensor): number {
  const wanted = Float64Array.from(targets.data as Float32Array) // prepared, so in f32
  const mean = wanted.reduce((a, b) => a + b, 0) / wanted.length
  const spread = wanted.reduce((sum, one) => sum + (one - mean) ** 2, 0)
  const left = wanted.reduce((sum, one, index) => sum + (one - Number(data[index])) ** 2, 0)
  return spread > 0 ? 1 - left / spread : Number(left === 0)
}

function isFiniteHandle(handle: Handle): boolean {
  return (handle.dataSync() as Float32Array).every(Number.isFinite) // parameters are in f32
}

function contentsOf(handle: Handle | undefined): Tensor {
  if (!handle) throw new Error('a program without the output that it was built for')
  return { shape: handle.shape, dtype: handle.dtype, data: handle.dataSync() }
}
