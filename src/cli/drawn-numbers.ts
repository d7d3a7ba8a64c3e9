/** Examples where none are given. */
import { fillRandomBits, foldIn, hashName, keyFromSeed, uniform32 } from '../ir/threefry.ts'

/** Numbers from 0 to 1, the same for one name and seed. */
export function randomNumbers(name: string, count: number, seed: number): readonly number[] {
  const bits = new Uint32Array(count)
  fillRandomBits(foldIn(keyFromSeed(seed), hashName(name)), bits)
  // Two digits, so that the equations can be checked by hand.
  return Array.from(bits, (word) => Math.round(uniform32(word) * 100) / 100)
}
