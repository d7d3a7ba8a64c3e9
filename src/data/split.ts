import { SluiceError } from '../errors.ts'
import { numberAt } from '../ir/tensor.ts'
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

/**
 * Two datasets without a common example: one to train on, one to measure by. Which examples are
 * held out is drawn by seed; both keep the order of the dataset.
 *
 * Throws: OPTION where `heldOut` leaves either without an example; DATA where classes are to be
 * balanced and there are no class indices.
 *
 * @example
 * const { train, heldOut } = split(scaleInputs(await digits()), { heldOut: 0.2, seed: 1 })
 */
export function split(
  dataset: Dataset,
  { heldOut, seed = 0, stratified = false }: SplitOptions,
): { readonly train: Dataset; readonly heldOut: Dataset } {
  const count = heldOutCount(dataset, heldOut)
  const order = shuffledIndices(dataset.length, foldIn(keyFromSeed(seed), hashName('split')))
  const chosen = new Set(stratified ? byClass(dataset, order, count) : order.subarray(0, count))
  const indices = Array.from({ length: dataset.length }, (_, index) => index)
  return {
    train: pick(
      dataset,
      indices.filter((index) => !chosen.has(index)),
    ),
    heldOut: pick(
      dataset,
      indices.filter((index) => chosen.has(index)),
    ),
  }
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
  const favoured = shares.toSorted((a, b) => b.lost - a.lost || a.label - b.label).slice(0, left)
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
