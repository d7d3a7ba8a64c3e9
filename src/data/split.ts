import { SluiceError } from '../errors.ts'
import { isFloating } from '../ir/dtype.ts'
import { numberAt, toNumbers } from '../ir/tensor.ts'
import { foldIn, hashName, keyFromSeed, shuffledIndices } from '../ir/threefry.ts'
import { type Dataset, pick } from './dataset.ts'

export interface SplitOptions {
  /** Below 1 the share that is held out, else the number of examples. */
  readonly heldOut: number
  /** The same seed holds out the same examples. Default 0. */
  readonly seed?: number
  /** Hold out the same share of every class. Default false. */
  readonly stratified?: boolean
}

export interface Parts {
  readonly train: Dataset
  readonly heldOut: Dataset
}

/**
 * Two datasets without a common example: one to train on, one to measure by. Which examples are
 * held out is drawn by seed; both keep the order of the dataset. For a third part, to choose
 * settings by, split `train` once more.
 *
 * Throws: OPTION where `heldOut` leaves either without an example; DATA where classes are to be
 * balanced and there are no class indices, and where a class has no example left to learn from.
 *
 * @example
 * const { train, heldOut } = split(scaleInputs(await digits()), { heldOut: 0.2, seed: 1 })
 */
export function split(
  dataset: Dataset,
  { heldOut, seed = 0, stratified = false }: SplitOptions,
): Parts {
  const count = heldOutCount(dataset, heldOut)
  const order = shuffledIndices(dataset.length, foldIn(keyFromSeed(seed), hashName('split')))
  const chosen = new Set(stratified ? byClass(dataset, order, count) : order.subarray(0, count))
  const indices = Array.from({ length: dataset.length }, (_, index) => index)
  const part = (isHeldOut: boolean) =>
    pick(
      dataset,
      indices.filter((index) => chosen.has(index) === isHeldOut),
    )
  const parts = { train: part(false), heldOut: part(true) }
  checkClasses(parts)
  return parts
}

/** A class that is only measured by could never be learned. */
function checkClasses({ train, heldOut }: Parts): void {
  if (train.task !== 'classification' || isFloating(train.targets.dtype)) return
  const learned = new Set(toNumbers(train.targets))
  const measured = toNumbers(heldOut.targets)
  const label = measured.find((one) => !learned.has(one))
  if (label === undefined) return
  const count = measured.filter((one) => one === label).length
  throw neverLearned(heldOut.name, heldOut.classes?.[label] ?? String(label), count)
}

/** The error of a class of which `count` examples are held out, and none is learned from. */
export function neverLearned(dataset: string, className: string, count: number): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: 'split: a class is only in the held-out part',
    where: `dataset "${dataset}"`,
    expected: 'examples of every class in the part to learn from',
    got: `class "${className}": ${count} held out, none to learn from`,
    fix: 'stratify the split, hold out fewer examples, or leave out so rare a class',
  })
}

function heldOutCount({ name, length }: Dataset, heldOut: number): number {
  const isShare = heldOut > 0 && heldOut < 1
  const count = isShare ? Math.round(heldOut * length) : heldOut
  if (Number.isInteger(count) && count >= 1 && count < length) return count
  throw new SluiceError({
    code: 'OPTION',
    what: 'split: heldOut leaves one side without an example, or is no number of examples',
    where: `dataset "${name}" of ${length} examples`,
    expected: `a share between 0 and 1, or a whole number from 1 to ${length - 1}`,
    got: isShare ? `${heldOut}, which is ${count} of ${length}` : String(heldOut),
    fix: 'hold out 0.2 for a fifth',
  })
}

/**
 * The first of every class in `order`, in proportion; what rounding down leaves over goes to the
 * classes that lost most by it (largest remainder), so that the sum is exactly `count`.
 */
function byClass(dataset: Dataset, order: Uint32Array, count: number): number[] {
  const { targets } = dataset
  if (targets.dtype !== 'i32' && targets.dtype !== 'u32') throw noClassIndices(dataset)
  const classes = new Map<number, number[]>()
  for (const index of order) {
    const label = numberAt(targets, index)
    const members = classes.get(label)
    if (members) members.push(index)
    else classes.set(label, [index])
  }
  const shares = [...classes].map(([label, members]) => {
    const exact = (members.length * count) / dataset.length
    return { label, members, size: Math.floor(exact), lost: exact - Math.floor(exact) }
  })
  const left = count - shares.reduce((sum, { size }) => sum + size, 0)
  // A class of one example is for learning; holding it out would only be an error later.
  const isSpare = ({ members, size }: (typeof shares)[number]) => Number(members.length > size + 1)
  const favoured = shares
    .toSorted((a, b) => isSpare(b) - isSpare(a) || b.lost - a.lost || a.label - b.label)
    .slice(0, left)
  return shares.flatMap((share) =>
    share.members.slice(0, share.size + (favoured.includes(share) ? 1 : 0)),
  )
}

function noClassIndices({ name, targets }: Dataset): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: 'split: a stratified split needs class indices',
    where: `dataset "${name}"`,
    expected: 'targets in i32, a class index for each example',
    got: `targets in ${targets.dtype}`,
    fix: 'leave out { stratified: true }',
  })
}
