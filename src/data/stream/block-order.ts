/**
 * The order of the examples of an epoch: a pure function of seed and epoch, found without reading.
 * Blocks are shuffled; as many as a window holds are taken in that order, and the examples of a window
 * are shuffled among each other. So any place of the order can be gone to at once, and no more than
 * two windows have to be in memory. The first windows of an epoch are smaller, so that steps need not
 * wait for a whole one.
 */
import { foldIn, hashName, keyFromSeed, shuffledIndices } from '../../ir/threefry.ts'

/** Some blocks whose examples come mixed. */
export interface Window {
  readonly blocks: readonly number[]
  /** How many examples come before it in the epoch. */
  readonly start: number
  readonly length: number
}

export interface EpochOrder {
  readonly windows: readonly Window[]
  /** In which order the examples of a window come, as it holds them block after block. */
  within(window: number): Uint32Array
}

export interface OrderOptions {
  readonly seed: number
  readonly epoch: number
  readonly shuffle: boolean
  /** A window is full with so many examples. */
  readonly windowRows: number
}

/** So many windows are smaller, each half of the next. */
const rampWindows = 4

/** `counts`: how many examples each block has. */
export function epochOrder(
  counts: Uint32Array,
  { seed, epoch, shuffle, windowRows }: OrderOptions,
): EpochOrder {
  const key = foldIn(foldIn(keyFromSeed(seed), hashName('blocks')), epoch)
  const order = shuffle ? shuffledIndices(counts.length, foldIn(key, 0)) : counts.keys()
  const windows: Window[] = []
  let blocks: number[] = []
  let start = 0
  let length = 0
  const close = () => {
    if (length > 0) windows.push({ blocks, start, length })
    start += length
    blocks = []
    length = 0
  }
  for (const block of order) {
    const count = counts[block] ?? 0
    if (count === 0) continue
    const limit = windowRows / 2 ** Math.max(0, rampWindows - windows.length)
    if (length > 0 && length + count > limit) close()
    blocks.push(block)
    length += count
  }
  close()
  return {
    windows,
    within(window) {
      const { length: rows = 0 } = windows[window] ?? {}
      if (!shuffle) return Uint32Array.from({ length: rows }, (_, row) => row)
      return shuffledIndices(rows, foldIn(key, 1 + window))
    },
  }
}
