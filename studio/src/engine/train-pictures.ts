/** What the page draws of the data of a training: points in the plane, or pictures. */
import type { Tensor } from 'sluice'
import type { TrainingData } from './train-data.ts'
import type { Images, Plane, Points, TrainingSettings } from './train-protocol.ts'

/** More classes than these have no form of their own on the plane. */
const mostPlaneClasses = 6
/** More points than these would hide each other, and what lies under them. */
const mostPoints = 1500

/** What a picture of the points needs; undefined unless there are two inputs, and few classes. */
export function planeOf(
  data: TrainingData,
  { dataset }: Pick<TrainingSettings, 'dataset'>,
): Plane | undefined {
  const { train, heldOut } = data
  const [x = 'x', y = 'y', ...more] = train.featureNames ?? []
  const classes = train.classes?.length ?? 0
  const isPlane = train.inputs.shape.length === 2 && train.inputs.shape[1] === 2
  if (!isPlane || more.length > 0 || classes < 2 || classes > mostPlaneClasses) return undefined
  const own = pointsOf(train.inputs, data.trainLabels)
  const others = heldOut && pointsOf(heldOut.inputs, data.heldOutLabels)
  const all = [...own.places, ...(others?.places ?? [])]
  const whole = dataset === 'painted' ? ([-1, 1] as const) : undefined
  return {
    train: own,
    ...(others && { heldOut: others }),
    names: [x, y],
    x: whole ?? rangeOf(all.filter((_, index) => index % 2 === 0)),
    y: whole ?? rangeOf(all.filter((_, index) => index % 2 === 1)),
  }
}

function pointsOf({ data }: Tensor, labels: Uint16Array): Points {
  const count = Math.min(labels.length, mostPoints)
  return {
    places: Float32Array.from({ length: 2 * count }, (_, index) => Number(data[index])),
    labels: Uint8Array.from(labels.subarray(0, count)), // few classes
  }
}

/** The numbers between least and greatest, and an eighth of that beyond either. */
function rangeOf(numbers: readonly number[]): readonly [number, number] {
  const [least, greatest] = [Math.min(...numbers), Math.max(...numbers)]
  const margin = (greatest - least) / 8 || 1
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
