import { expect, test } from 'vitest'
import { keyFromSeed } from '../ir/threefry.ts'
import { normalDraws } from './normal-draws.ts'

test('draws have the moments of the standard normal distribution', () => {
  const draws = normalDraws(keyFromSeed(1), 20_000)
  const moment = (power: number) => draws.reduce((sum, d) => sum + d ** power, 0) / draws.length
  // Deviations of the estimates: 1/√n, √(2/n), √(15/n), √(96/n); four of each at n = 20,000.
  expect(Math.abs(moment(1))).toBeLessThan(0.029)
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.04)
  expect(Math.abs(moment(3))).toBeLessThan(0.11)
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.28)
})

test('draws are a function of the key, and a longer row begins as a shorter one', () => {
  const key = keyFromSeed(7)
  expect(normalDraws(key, 5)).toEqual(normalDraws(key, 9).subarray(0, 5))
  expect(normalDraws(key, 5)).not.toEqual(normalDraws(keyFromSeed(8), 5))
})
