/** The data of a training: loaded, scaled, split, and with targets as the criterion wants them. */
import { SluiceError, type Tensor } from 'sluice'
import {
  circles,
  createDataset,
  type Dataset,
  digits,
  fitPreparation,
  iris,
  moons,
  type Preparation,
  pick,
  prepare,
  scaleInputs,
  spiral,
  split,
  xor,
} from 'sluice/data'
import { paintedClasses, parsePainting, placeOf } from '../train/painting.ts'
import type { CriterionName, DatasetName, TrainingSettings } from './train-protocol.ts'
import { constantInputs, type TableShelf } from './train-table.ts'

export interface TrainingData {
  readonly train: Dataset
  readonly heldOut?: Dataset
  /** The class of each example, whatever form its target has; empty where numbers are predicted. */
  readonly trainLabels: Uint16Array
  readonly heldOutLabels: Uint16Array
  /** What was done to the numbers of a table. */
  readonly preparation?: Preparation
  readonly notes: readonly string[]
}

type Tables = Pick<TableShelf, 'read'>

const sources: Readonly<
  Record<DatasetName, (settings: TrainingSettings, tables: Tables) => Dataset | Promise<Dataset>>
> = {
  xor,
  moons: (settings) => moons({ ...drawing(settings), noise: settings.noise ?? 0.15 }),
  circles: (settings) => circles({ ...drawing(settings), noise: settings.noise ?? 0.08 }),
  spiral: (settings) => spiral({ ...drawing(settings), noise: settings.noise ?? 0.15 }),
  iris,
  digits: async () => scaleInputs(await digits()),
  painted: ({ points = '' }) => paintedDataset(points),
  table: ({ table }, tables) => {
    if (table) return tables.read(table)
    throw new SluiceError({ code: 'DATA', what: 'no table has been opened', fix: 'choose a file' })
  },
}

function drawing({ count = 300, seed }: TrainingSettings) {
  return { count, seed }
}

/** Throws DATA where data cannot be had, or the criterion does not fit them. */
export async function loadTrainingData(
  settings: TrainingSettings,
  tables: Tables,
): Promise<TrainingData> {
  const whole = await sources[settings.dataset](settings, tables)
  checkCriterion(whole, settings.criterion)
  const targeted = (one: Dataset) => withTargets(one, settings.criterion)
  const constant = settings.dataset === 'table' ? constantInputs(whole) : []
  const notes = constant.map((name) => `${name} is the same in every row: nothing is learned of it`)
  if (!canHoldOut(settings, whole)) {
    const trainLabels = labelsOf(whole)
    return { train: targeted(whole), trainLabels, heldOutLabels: new Uint16Array(), notes }
  }
  const stratified = whole.task === 'classification'
  const parts = split(whole, { heldOut: 0.2, seed: settings.seed, stratified })
  const isScaled = settings.dataset === 'iris' || settings.dataset === 'table'
  const preparation = isScaled ? fitPreparation(parts.train, { scaling: 'standard' }) : undefined
  const prepared = (one: Dataset) => targeted(preparation ? prepare(one, preparation) : one)
  return {
    train: prepared(parts.train),
    heldOut: prepared(parts.heldOut),
    trainLabels: labelsOf(parts.train),
    heldOutLabels: labelsOf(parts.heldOut),
    notes,
    ...(preparation && { preparation }),
  }
}

/** Few points of one's own are all learned from, as the four rows of exclusive or are. */
function canHoldOut({ dataset }: TrainingSettings, { length }: Dataset): boolean {
  return dataset !== 'xor' && (dataset !== 'painted' || length >= 40)
}

/** The most examples that a measurement takes, spread evenly over all. */
const mostMeasured = 2000

/** Where there are more: these, and the labels of these. */
export function sampled(
  dataset: Dataset,
  labels: Uint16Array,
): { readonly dataset: Dataset; readonly labels: Uint16Array } {
  const { length } = dataset
  if (length <= mostMeasured) return { dataset, labels }
  const rows = Array.from({ length: mostMeasured }, (_, k) =>
    Math.floor((k * length) / mostMeasured),
  )
  return {
    dataset: pick(dataset, rows),
    labels: Uint16Array.from(rows, (row) => labels[row] ?? 0),
  }
}

function paintedDataset(text: string): Dataset {
  const painting = parsePainting(text)
  const used = paintedClasses.flatMap((_, label) =>
    painting.some((point) => point.label === label) ? [label] : [],
  )
  if (used.length < 2) {
    throw new SluiceError({
      code: 'DATA',
      what: 'there is nothing to tell apart yet',
      expected: 'points of two classes or more',
      got: painting.length === 0 ? 'no point' : `${painting.length} points of one class`,
      fix: 'paint points of another class',
    })
  }
  const places = painting.flatMap(({ x, y }) => [placeOf(x), placeOf(y)])
  return createDataset({
    name: 'painted points',
    task: 'classification',
    inputs: { shape: [painting.length, 2], dtype: 'f32', data: Float32Array.from(places) },
    targets: {
      shape: [painting.length],
      dtype: 'i32',
      data: Int32Array.from(painting, ({ label }) => used.indexOf(label)),
    },
    classes: used.map((label) => paintedClasses[label] ?? ''),
    featureNames: ['x', 'y'],
  })
}

const forNumbers: readonly CriterionName[] = ['mse', 'l1', 'huber']

function checkCriterion({ task, columns }: Dataset, criterion: CriterionName): void {
  if (task === 'classification' || forNumbers.includes(criterion)) return
  throw new SluiceError({
    code: 'OPTION',
    what: `${criterion} compares classes, and ${columns?.target ?? 'the target'} is a number`,
    expected: `one of ${forNumbers.join(', ')}`,
    got: criterion,
    fix: 'choose another criterion, or learn the target as classes',
  })
}

/** Classes as indices for crossEntropy; else 0 or 1, one column for each class beyond two. */
function withTargets(dataset: Dataset, criterion: CriterionName): Dataset {
  if (dataset.task === 'regression') return dataset
  const { classes = [] } = dataset
  return createDataset({
    ...dataset,
    targets: targetsOf(labelsOf(dataset), classes.length, criterion),
  })
}

function targetsOf(
  labels: Uint16Array,
  classes: number,
  criterion: CriterionName,
): Tensor<readonly number[]> {
  const count = labels.length
  if (criterion === 'crossEntropy') {
    return { shape: [count], dtype: 'i32', data: Int32Array.from(labels) }
  }
  if (classes === 2) return { shape: [count, 1], dtype: 'f32', data: Float32Array.from(labels) }
  const data = new Float32Array(count * classes)
  labels.forEach((label, row) => {
    data[row * classes + label] = 1
  })
  return { shape: [count, classes], dtype: 'f32', data }
}

function labelsOf({ task, targets }: Dataset): Uint16Array {
  if (task === 'regression') return new Uint16Array()
  return Uint16Array.from(targets.data as ArrayLike<number>) // classes are small whole numbers
}
