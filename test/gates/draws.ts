/** Random numbers of the gate checks: the same ones at each run, whatever runs beside. */
import { fillRandomBits, foldIn, hashName, keyFromSeed } from '../../src/ir/threefry.ts'

/** Gives the next number from 0 to 1. */
export type Draw = () => number

/** The stream of `name`. */
export function drawsOf(name: string): Draw {
  const key = foldIn(keyFromSeed(0), hashName(name))
  const block = new Uint32Array(256)
  let next = 0
  return () => {
    if (next % block.length === 0) fillRandomBits(key, block, next)
    return (block[next++ % block.length] ?? 0) / 2 ** 32
  }
}

/** The next number from `low` to `high`. */
export function drawBetween(draw: Draw, low: number, high: number): number {
  return low + (high - low) * draw()
}

/** Numbers from −1 to 1. */
export function drawNumbers(draw: Draw, length: number): number[] {
  return Array.from({ length }, () => drawBetween(draw, -1, 1))
}
