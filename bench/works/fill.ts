/** The contents of an array from its seed: the same numbers here and in peers/pytorch.py. */
import type { Filled } from './work.ts'

export function sizeOf({ shape }: Filled): number {
  return shape.reduce((size, axis) => size * axis, 1)
}

/** Numbers as f32. */
export function floats(array: Filled): Float32Array {
  const { fill } = array
  const data = new Float32Array(sizeOf(array))
  switch (fill.kind) {
    case 'uniform': {
      for (let place = 0; place < data.length; place++) {
        const share = uniformAt(fill.seed, place)
        data[place] = (fill.isPositive ? share : 2 * share - 1) * fill.bound
      }
      return data
    }
    case 'constant':
      return data.fill(fill.value)
    case 'labels':
      return Float32Array.from(labels(array))
    case 'values':
      return Float32Array.from(fill.values)
  }
}

/** Whole numbers. */
export function labels(array: Filled): Int32Array {
  const { fill } = array
  if (fill.kind !== 'labels') throw new Error(`${array.name} holds no labels`)
  return Int32Array.from({ length: sizeOf(array) }, (_, place) =>
    Math.floor(uniformAt(fill.seed, place) * fill.classes),
  )
}

/**
 * The place-th number of a row of even numbers in [0, 1), which needs no numbers before it.
 * Source: T. Ettinger, mulberry32.
 */
function uniformAt(seed: number, place: number): number {
  let bits = (seed + Math.imul(place + 1, 0x6d2b79f5)) | 0
  bits = Math.imul(bits ^ (bits >>> 15), bits | 1)
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
  return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
}
