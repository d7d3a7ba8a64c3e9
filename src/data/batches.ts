import { SluiceError } from '../errors.ts'
import type { Tensor } from '../ir/tensor.ts'
import { foldIn, hashName, keyFromSeed, shuffledIndices } from '../ir/threefry.ts'
import { type Dataset, pickRows } from './dataset.ts'

export interface BatchOptions {
  /** How many examples a batch holds. */
  readonly size: number
  /** The same seed and epoch give the same batches. Default 0. */
  readonly seed?: number
  /** Every epoch has an order of its own. Default 0. */
  readonly epoch?: number
  /** False keeps the order of the dataset. Default true. */
  readonly shuffle?: boolean
  /** Leaves out the last batch where it is smaller than the others. Default false. */
  readonly dropLast?: boolean
  /** How many batches at the beginning are left out, and not made. Default 0. */
  readonly skip?: number
}

export interface Batch {
  readonly inputs: Tensor
  readonly targets: Tensor
}

/** Batches that are made as they are asked for; iterating again gives the same ones. */
export interface Batches extends Iterable<Batch> {
  /** How many there are, those left out included. */
  readonly length: number
}

/**
 * Every example once, in batches, in an order drawn by seed and epoch. The last batch is smaller
 * where the size does not divide the dataset, or left out by `dropLast`.
 *
 * Throws: OPTION for a size that is no whole number of examples, or with `dropLast` for one that
 * leaves no batch, or for a skip past the last batch.
 *
 * @example
 * for (const { inputs, targets } of batches(train, { size: 32, seed: 1, epoch })) {
 *   step.run({ x: inputs, y: targets })
 * }
 */
export function batches(dataset: Dataset, options: BatchOptions): Batches {
  const { size, seed = 0, epoch = 0, shuffle = true, skip = 0 } = options
  const length = batchCount(dataset, options)
  const key = foldIn(foldIn(keyFromSeed(seed), hashName('batches')), epoch)
  const order = shuffle
    ? shuffledIndices(dataset.length, key)
    : Uint32Array.from({ length: dataset.length }, (_, index) => index)
  return {
    length,
    *[Symbol.iterator]() {
      for (let index = skip; index < length; index++) {
        const chosen = order.subarray(index * size, (index + 1) * size)
        yield {
          inputs: pickRows(dataset.inputs, chosen),
          targets: pickRows(dataset.targets, chosen),
        }
      }
    },
  }
}

type Named = Pick<Dataset, 'name' | 'length'>

/** How many batches there are of some examples. Throws OPTION as `batches`. */
export function batchCount(
  examples: Named,
  { size, dropLast = false, skip = 0 }: BatchOptions,
): number {
  checkSize(examples, size, dropLast)
  const whole = Math.floor(examples.length / size)
  const count = dropLast ? whole : Math.ceil(examples.length / size)
  checkSkip(examples, skip, count)
  return count
}

function checkSize({ name, length }: Named, size: number, dropLast: boolean): void {
  if (Number.isInteger(size) && size >= 1 && !(dropLast && size > length)) return
  throw new SluiceError({
    code: 'OPTION',
    what: 'batches: the size is no number of examples',
    where: `dataset "${name}" of ${length} examples`,
    expected: dropLast ? `a whole number from 1 to ${length}` : 'a whole number, 1 or more',
    got: String(size),
    fix: dropLast && size > length ? 'choose a smaller size, or keep the last batch' : 'try 32',
  })
}

function checkSkip({ name, length }: Named, skip: number, count: number): void {
  if (Number.isInteger(skip) && skip >= 0 && skip <= count) return
  throw new SluiceError({
    code: 'OPTION',
    what: 'batches: skip is no number of batches',
    where: `dataset "${name}" of ${length} examples`,
    expected: `a whole number from 0 to ${count}`,
    got: String(skip),
    fix: 'give the number of steps that were taken in this epoch',
  })
}
