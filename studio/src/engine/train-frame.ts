/** What the page shows of a training at one iteration. */
import type { Tensor } from 'sluice'
import { restoreTargets } from 'sluice/data'
import { imagesOf, planeOf } from './train-pictures.ts'
import {
  type Boundary,
  gridSide,
  type ParameterFrame,
  type Plane,
  type Predictions,
  type TrainingFacts,
  type TrainingFrame,
} from './train-protocol.ts'
import type { TrainingSession } from './train-session.ts'
import { deadUnitsOf } from './train-units.ts'

export function factsOf(session: TrainingSession, run: number): TrainingFacts {
  const { data, parameters, batchesPerEpoch, unitLayers: units, measuredOn } = session
  const { task, columns, classes = [] } = data.train
  const [plane, images] = [planeOf(data, session.settings), imagesOf(data)]
  return {
    ...{ run, parameters, batchesPerEpoch, task, classes, units },
    title: titleOf(session),
    trainCount: data.train.length,
    heldOutCount: data.heldOut?.length ?? 0,
    measuredCount: measuredOn.dataset.length,
    notes: data.notes,
    ...(columns && { target: columns.target }),
    ...(plane && { plane }),
    ...(images && { images }),
  }
}

/** The data and the widths: `xor: 2 → 4 → 1`. */
export function titleOf({
  settings,
  widths,
}: Pick<TrainingSession, 'settings' | 'widths'>): string {
  return `${settings.table?.name ?? settings.dataset}: ${widths.join(' → ')}`
}

/** The part of a frame that the session knows, with losses from `from` on. */
export type SessionFrame = Omit<TrainingFrame, 'run' | 'isRunning' | 'failure' | 'failedStep'>

export function frameOf(
  session: TrainingSession,
  { plane, images, classes }: TrainingFacts,
  from: number,
): SessionFrame {
  const { journal, parameters, measuredOn } = session
  const { dataset, labels } = measuredOn
  const prediction = session.predict(dataset.inputs)
  const decided = decide(prediction)
  const count = images?.labels.length ?? 0
  return {
    iteration: journal.iteration,
    learningRate: journal.learningRate,
    fingerprint: journal.fingerprint(parameters.map(({ key }) => key)),
    from,
    losses: journal.losses.slice(from),
    measurements: journal.measurements.filter(({ iteration }) => iteration >= from),
    parameters: parametersOf(session),
    deadUnits: session.slopes().map(deadUnitsOf),
    ...(classes.length > 0
      ? { confusion: confusionOf(labels, decided.classes, classes.length) }
      : { fitted: fittedOf(session, prediction) }),
    ...(plane && { boundary: decide(session.predict(gridOf(plane))) }),
    ...(images && {
      predictions: {
        classes: decided.classes.slice(0, count),
        shares: decided.shares.slice(0, count),
      },
    }),
  }
}

/** What a message hands over instead of copying. */
export function arraysOf(frame: TrainingFrame): Transferable[] {
  const { losses, confusion, fitted, boundary, predictions, parameters, deadUnits } = frame
  const parts = [boundary, predictions].flatMap((one) => (one ? [one.classes, one.shares] : []))
  const optional = [confusion, fitted].flatMap((one) => (one ? [one] : []))
  const own = parameters.flatMap(({ weights, gradients }) => [weights, gradients])
  return [losses, ...optional, ...parts, ...own, ...deadUnits].map(({ buffer }) => buffer)
}

/** How many examples of numbers the page shows. */
const mostFitted = 400

/** What is true and what is predicted of some examples, in the units of the data. */
function fittedOf({ data, measuredOn }: TrainingSession, prediction: Tensor): Float32Array {
  const { preparation } = data
  const { targets, length } = measuredOn.dataset
  const restored = (tensor: Tensor) =>
    preparation ? restoreTargets(tensor, preparation).data : tensor.data
  const [wanted, found] = [restored(targets), restored(prediction)]
  const pairs = new Float32Array(2 * Math.min(length, mostFitted))
  for (let row = 0; row < pairs.length / 2; row++) {
    const at = Math.floor((row * length) / (pairs.length / 2))
    pairs.set([Number(wanted[at]), Number(found[at])], 2 * row)
  }
  return pairs
}

function parametersOf(session: TrainingSession): readonly ParameterFrame[] {
  const probed = session.probe()
  return session.parameters.map(({ key }) => {
    const weights = numbersOf(session.store.get(key))
    const next = numbersOf(probed.get(key)?.next)
    const gradients = numbersOf(probed.get(key)?.gradient)
    const length = lengthOf(weights)
    const moved = lengthOf(next.map((number, index) => number - (weights[index] ?? 0)))
    const updateRatio = moved === 0 ? 0 : moved / length
    return { weights, gradients, gradientNorm: lengthOf(gradients), updateRatio }
  })
}

function numbersOf(tensor: Tensor | undefined): Float32Array<ArrayBuffer> {
  return Float32Array.from((tensor?.data ?? []) as ArrayLike<number>) // parameters are in f32
}

/** The length of a vector. */
function lengthOf(vector: Float32Array): number {
  let sum = 0
  for (const number of vector) sum += number * number
  return Math.sqrt(sum)
}

/** The points at the middle of each cell of the grid, row by row from the top. */
export function gridOf({ x, y }: Pick<Plane, 'x' | 'y'>): Tensor {
  const data = new Float32Array(2 * gridSide * gridSide)
  for (let index = 0; index < gridSide * gridSide; index++) {
    const across = ((index % gridSide) + 0.5) / gridSide
    const down = (Math.floor(index / gridSide) + 0.5) / gridSide
    data[2 * index] = x[0] + across * (x[1] - x[0])
    data[2 * index + 1] = y[1] - down * (y[1] - y[0])
  }
  return { shape: [gridSide * gridSide, 2], dtype: 'f32', data }
}

/** The class that wins in each row, and its share; a single number is the share of class 1. */
export function decide({ shape, data }: Tensor): Boundary & Predictions {
  const [rows = 0, columns = 1] = shape
  const numbers = data as Float32Array // predictions are in f32
  const classes = new Uint16Array(rows)
  const shares = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const own = numbers.subarray(row * columns, (row + 1) * columns)
    const [first = 0] = own
    let winner = 0
    for (let k = 1; k < columns; k++) if ((own[k] ?? 0) > (own[winner] ?? 0)) winner = k
    const isOne = columns === 1 && first >= 0.5
    classes[row] = columns === 1 ? Number(isOne) : winner
    const share = columns === 1 && !isOne ? 1 - first : (own[winner] ?? 0)
    shares[row] = Math.min(Math.max(share, 0), 1)
  }
  return { classes, shares }
}

/** How often each class (row) was taken for each class (column). */
export function confusionOf(labels: Uint16Array, found: Uint16Array, count: number): Uint32Array {
  const counts = new Uint32Array(count * count)
  labels.forEach((label, row) => {
    const place = label * count + (found[row] ?? 0)
    counts[place] = (counts[place] ?? 0) + 1
  })
  return counts
}
