/** Which examples are held out: a pure function of their number and the seed. */

import { SluiceError } from '../../errors.ts'
import { fillRandomBits, foldIn, hashName, keyFromSeed } from '../../ir/threefry.ts'
import type { Part } from './block-table.ts'

/** How examples are divided. */
export interface Division {
  readonly seed: number
  /** The share that is held out, 0 … 1. */
  readonly share: number
}

/** What is held out where nothing is said: a fifth, but about so many at most. */
const most = 100_000

/**
 * The share that is held out of about so many examples: below 1 it is said, from 1 on it is about how
 * many. Throws OPTION for what is neither, or leaves nothing to learn from.
 */
export function shareOf(heldOut: number | 'some', rows: number): number {
  if (heldOut === 'some') return Math.min(0.2, most / Math.max(1, rows))
  const share = heldOut < 1 ? heldOut : heldOut / Math.max(1, rows)
  if (share >= 0 && share < 1) return share
  throw new SluiceError({
    code: 'OPTION',
    what: 'heldOut: that is no part of the examples',
    where: `about ${Math.round(rows)} examples`,
    expected: 'a share from 0 up to, and without, 1; or about how many',
    got: String(heldOut),
    fix: 'hold out 0.2 for a fifth',
  })
}

/** Picks the examples of a part out of those numbered from `first` to `first + count`. */
export type Picker = (first: number, count: number) => Uint32Array

/** A function that gives the places of a part's examples, counted from `first`. */
export function pickerOf({ seed, share }: Division, part: Part): Picker {
  const all = (_first: number, count: number) => Uint32Array.from({ length: count }, (_, i) => i)
  if (share === 0) return part === 'train' ? all : () => new Uint32Array(0)
  const key = foldIn(keyFromSeed(seed), hashName('held out'))
  const limit = Math.round(share * 2 ** 32)
  return (first, count) => {
    const bits = new Uint32Array(count)
    fillRandomBits(key, bits, first)
    const wanted = part === 'heldOut'
    let found = 0
    for (let place = 0; place < count; place++) {
      const word = bits[place] ?? 0
      if (word < limit === wanted) bits[found++] = place // found ≤ place: it was read already
    }
    return bits.subarray(0, found)
  }
}
