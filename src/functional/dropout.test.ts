/** What the dropouts draw: how many, how large, and the same in the gradient. */
import { expect, test } from 'vitest'
import {
  alphaDropout,
  compile,
  dropout,
  featureDropout,
  gradients,
  input,
  randomKey,
  type Value,
} from '../index.ts'

const count = 100_000

async function numbersOf(value: Value, x: Float32Array): Promise<readonly number[]> {
  const program = await compile({ value }, { threads: 1 })
  return Array.from(program.run({ x }).value.dataSync(), Number)
}

test.each([0.1, 0.5, 0.9])('a share of %d is dropped, and the others are scaled', async (share) => {
  const x = input('x', [count])
  const y = dropout(x, randomKey(11), { probability: share })
  const numbers = await numbersOf(y, new Float32Array(count).fill(3))
  const kept = numbers.filter((number) => number !== 0)
  // Five standard deviations of a binomial share: one key in two million would lie outside.
  const deviation = Math.sqrt((share * (1 - share)) / count)
  expect(Math.abs(kept.length / count - (1 - share))).toBeLessThan(5 * deviation)
  expect([...new Set(kept)]).toEqual([Math.fround(3 * Math.fround(1 / (1 - share)))])
})

test('the gradient passes where the number did, scaled alike', async () => {
  const x = input('x', [2, 50, 3])
  for (const drop of [dropout, featureDropout]) {
    const y = drop(x, randomKey(5), { probability: 0.3 })
    const [dx] = gradients(y.sum(), [x])
    const ones = new Float32Array(300).fill(1)
    expect(await numbersOf((dx as Value).add(x.multiply(0)), ones)).toEqual(
      await numbersOf(y, ones),
    )
  }
})

test('alphaDropout keeps mean 0 and variance 1', async () => {
  const x = input('x', [count])
  const y = alphaDropout(x, randomKey(3), { probability: 0.2 })
  // Even numbers on ±√3 have mean 0 and variance 1.
  const even = Float32Array.from(
    { length: count },
    (_, i) => Math.sqrt(3) * ((2 * i + 1) / count - 1),
  )
  const numbers = await numbersOf(y, even)
  const mean = numbers.reduce((sum, number) => sum + number, 0) / count
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / count
  // The errors of mean and variance of 100,000 draws are below 0.005.
  expect([Math.abs(mean) < 0.02, Math.abs(variance - 1) < 0.02]).toEqual([true, true])
})
