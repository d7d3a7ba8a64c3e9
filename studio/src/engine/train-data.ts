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
  prepare,
  scaleInputs,
  spiral,
  split,
  xor,
} from 'sluice/data'
import type {
  CriterionName,
  DatasetName,
  Images,
  Plane,
  Points,
  TrainingSettings,
} from './train-protocol.ts'

export interface TrainingData {
  readonly train: Dataset
  readonly heldOut?: Dataset
  /** The class of each example, whatever form its target has. */
  readonly trainLabels: Uint8Array
  readonly heldOutLabels: Uint8Array
}

const sources: Readonly<Record<DatasetName, (seed: number) => Dataset | Promise<Dataset>>> = {
  xor,
  moons: (seed) => moons({ count: 300, noise: 0.15, seed }),
  circles: (seed) => circles({ count: 300, noise: 0.08, seed }),
  spiral: (seed) => spiral({ count: 300, noise: 0.15, seed }),
  iris,
  digits: async () => scaleInputs(await digits()),
}

/** Throws DATA where a file of the package cannot be fetched. */
export async function loadTrainingData(settings: TrainingSettings): Promise<TrainingData> {
  const whole = await sources[settings.dataset](settings.seed)
  const targeted = (one: Dataset) => withTargets(one, settings.criterion)
  if (settings.dataset === 'xor') {
    const none = new Uint8Array()
    return { train: targeted(whole), trainLabels: labelsOf(whole), heldOutLabels: none }
  }
  const parts = split(whole, { heldOut: 0.2, seed: settings.seed, stratified: true })
  const scaled = (one: Dataset) =>
    settings.dataset === 'iris'
      ? prepare(one, fitPreparation(parts.train, { scaling: 'standard' }))
      : one
  return {
    train: targeted(scaled(parts.train)),
    heldOut: targeted(scaled(parts.heldOut)),
    trainLabels: labelsOf(parts.train),
    heldOutLabels: labelsOf(parts.heldOut),
  }
}

/** Classes as indices for crossEntropy; else 0 or 1, one column for each class beyond two. */
function withTargets(dataset: Dataset, criterion: CriterionName): Dataset {
  const labels = labelsOf(dataset)
  return createDataset({ ...dataset, targets: targetsOf(labels, classCount(dataset), criterion) })
}

function targetsOf(
  labels: Uint8Array,
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

function classCount({ name, classes }: Dataset): number {
  if (classes) return classes.length
  throw new SluiceError({
    code: 'DATA',
    what: `train: "${name}" names no classes`,
    fix: 'choose a dataset of classes',
  })
}

function labelsOf({ targets }: Dataset): Uint8Array {
  return Uint8Array.from(targets.data as ArrayLike<number>) // classes are small whole numbers
}

/** What a picture of the points needs; undefined unless there are two inputs. */
export function planeOf(data: TrainingData): Plane | undefined {
  const { train, heldOut } = data
  const [x = 'x', y = 'y', ...more] = train.featureNames ?? []
  if (train.inputs.shape[1] !== 2 || more.length > 0) return undefined
  const pointsOf = (inputs: Tensor, labels: Uint8Array): Points => ({
    places: Float32Array.from(inputs.data as Float32Array), // f32 by declaration of the clouds
    labels,
  })
  const own = pointsOf(train.inputs, data.trainLabels)
  const others = heldOut && pointsOf(heldOut.inputs, data.heldOutLabels)
  const all = [...own.places, ...(others?.places ?? [])]
  return {
    train: own,
    ...(others && { heldOut: others }),
    names: [x, y],
    x: rangeOf(all.filter((_, index) => index % 2 === 0)),
    y: rangeOf(all.filter((_, index) => index % 2 === 1)),
  }
}

/** The numbers between least and greatest, and an eighth of that beyond either. */
function rangeOf(numbers: readonly number[]): readonly [number, number] {
  const [least, greatest] = [Math.min(...numbers), Math.max(...numbers)]
  const margin = (greatest - least) / 8
  return [least - margin, greatest + margin]
}

/** How many pictures the page shows. */
const imageCount = 48

/** The first pictures of those that are held out; undefined unless the inputs are pictures. */
export function imagesOf({ heldOut, heldOutLabels }: TrainingData): Images | undefined {
  const [rows, columns] = heldOut?.imageShape ?? []
  if (!heldOut || rows === undefined || columns === undefined) return undefined
  const pixels = heldOut.inputs.data as Float32Array // scaled, so f32
  return {
    rows,
    columns,
    pixels: pixels.slice(0, imageCount * rows * columns),
    labels: heldOutLabels.slice(0, imageCount),
  }
}
