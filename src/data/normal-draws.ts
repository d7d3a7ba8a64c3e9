import { fillRandomBits } from '../ir/threefry.ts'

/**
 * Numbers from the standard normal distribution, a pure function of the key.
 *
 * Source: G. E. P. Box and M. E. Muller, 1958, over the bits of Threefry-2x32. The maths is the
 * engine's own in f64, so that f32 numbers made of it are the same nearly everywhere.
 */
export function normalDraws(key: Uint32Array, count: number): Float64Array {
  const pairs = Math.ceil(count / 2)
  const bits = new Uint32Array(2 * pairs)
  fillRandomBits(key, bits)
  const draws = new Float64Array(2 * pairs)
  for (let at = 0; at < draws.length; at += 2) {
    // Half a step away from 0, where the logarithm has no value.
    const radius = Math.sqrt(-2 * Math.log((unsigned(bits, at) + 0.5) * 2 ** -32))
    const angle = 2 * Math.PI * (unsigned(bits, at + 1) * 2 ** -32)
    draws[at] = radius * Math.cos(angle)
    draws[at + 1] = radius * Math.sin(angle)
  }
  return draws.subarray(0, count)
}

function unsigned(bits: Uint32Array, at: number): number {
  return bits[at] ?? 0 // `at` is inside
}
