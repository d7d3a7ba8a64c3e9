import { expect, test } from 'vitest'
import { evaluate } from '../interpret/interpret.ts'
import { graph } from '../ir/graph.ts'
import { toNested, toNumbers } from '../ir/tensor.ts'
import * as plain from '../ir/threefry.ts'
import type { Value } from '../ir/value.ts'
import {
  bernoulli,
  cast,
  constant,
  foldIn,
  input,
  normal,
  randomBits,
  randomKey,
  uniform,
} from './index.ts'

const count = 20_000
const key = randomKey(2024)

function draw(value: Value, precision: 'declared' | 'f64' = 'declared'): number[] {
  return toNumbers(evaluate(graph({ value }), { precision }).outputs.value as never) // it is there
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length
const moment = (numbers: readonly number[], power: number) => mean(numbers.map((x) => x ** power))

// Every tolerance on a mean is five times its standard deviation: these draws are fixed, so a test
// that holds once holds always, and one that is this far off says that the distribution is wrong.
const fiveSigma = (standardDeviation: number) => (5 * standardDeviation) / Math.sqrt(count)

test('uniform numbers stay in [0, 1), fill it evenly and have its moments', () => {
  const numbers = draw(uniform(key, [count]))
  expect(numbers.every((x) => x >= 0 && x < 1)).toBe(true)
  expect(Math.abs(mean(numbers) - 1 / 2)).toBeLessThan(fiveSigma(Math.sqrt(1 / 12)))
  // The variance of x² is 1/5 − 1/9.
  expect(Math.abs(moment(numbers, 2) - 1 / 3)).toBeLessThan(fiveSigma(Math.sqrt(4 / 45)))
  const bins = new Array<number>(64).fill(0)
  for (const x of numbers) bins[Math.floor(x * 64)] = (bins[Math.floor(x * 64)] ?? 0) + 1
  const expected = count / bins.length
  const chiSquare = bins.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
  // 63 degrees of freedom: mean 63, standard deviation √126 = 11.2; five of them to either side.
  expect(Math.abs(chiSquare - 63)).toBeLessThan(56)
})

test('uniform numbers of neighbours do not go together', () => {
  const numbers = draw(uniform(key, [count])).map((x) => x - 0.5)
  for (const distance of [1, 2, 100]) {
    const products = numbers.slice(distance).map((x, i) => x * (numbers[i] ?? 0))
    expect(Math.abs(mean(products))).toBeLessThan(fiveSigma(1 / 12))
  }
})

test('normal numbers have the moments of the normal distribution', () => {
  const numbers = draw(normal(key, [count]))
  expect(Math.abs(mean(numbers))).toBeLessThan(fiveSigma(1))
  // The k-th moments are 1, 0, 3; the variance of x^k is the difference of moments 2k and k².
  expect(Math.abs(moment(numbers, 2) - 1)).toBeLessThan(fiveSigma(Math.sqrt(2)))
  expect(Math.abs(moment(numbers, 3))).toBeLessThan(fiveSigma(Math.sqrt(15)))
  expect(Math.abs(moment(numbers, 4) - 3)).toBeLessThan(fiveSigma(Math.sqrt(96)))
})

test('mean and standard deviation move and stretch the same normal numbers', () => {
  const standard = draw(normal(key, [8]), 'f64')
  const moved = draw(normal(key, [8], { mean: -3, standardDeviation: 0.25 }), 'f64')
  expect(moved).toEqual(standard.map((x) => x * 0.25 - 3))
})

test('bernoulli is true as often as its probability says', () => {
  for (const probability of [0.02, 0.3, 0.5, 0.9]) {
    const deviation = Math.sqrt(probability * (1 - probability))
    const share = mean(draw(bernoulli(key, [count], { probability })))
    expect(Math.abs(share - probability)).toBeLessThan(fiveSigma(deviation))
  }
})

test('a run in f64 and the dtype f64 draw the numbers that f32 draws', () => {
  expect(draw(uniform(key, [count]), 'f64')).toEqual(draw(uniform(key, [count])))
  expect(draw(uniform(key, [count], { dtype: 'f64' }))).toEqual(draw(uniform(key, [count])))
  const flips = bernoulli(key, [count], { probability: 0.7 })
  expect(draw(flips, 'f64')).toEqual(draw(flips))
  const exact = draw(normal(key, [count], { dtype: 'f64' }))
  const rounded = draw(normal(key, [count]))
  // The inverse is rounded to f32 (2⁻²⁵ of it), then once more in the product with √2 in f32.
  const errors = rounded.map((x, i) => Math.abs(x / (exact[i] ?? 0) - 1))
  expect(Math.max(...errors)).toBeLessThan(2 ** -22)
})

test('a part of the bits does not depend on how many are drawn', () => {
  expect(draw(randomBits(key, [3, 4])).slice(0, 5)).toEqual(draw(randomBits(key, [5])))
})

// The numbers of JAX 0.10, with k = jax.random.key(2024).
test('uniform gives the numbers of jax.random.uniform', () => {
  const expected = [
    0.1419868767261505, 0.16941699385643005, 0.6090390682220459, 0.20349913835525513,
    0.6413689255714417, 0.47546690702438354,
  ]
  // In [0, 1) they are equal to the bit, see the samples; here XLA rounds product and sum at once,
  // which is another f32 by one ulp, 2⁻²⁴ below 1, in every fifth number.
  draw(uniform(key, [6], { low: 0.1, high: 0.7 })).forEach((x, i) => {
    expect(Math.abs(x - (expected[i] ?? 0))).toBeLessThanOrEqual(2 ** -24)
  })
})

test('normal gives the numbers of jax.random.normal, but for the rounding of its inverse', () => {
  const expected = [
    -1.4759539365768433, -1.196785807609558, 1.0295886993408203, -0.9443373680114746,
    1.2946627140045166, 0.32069239020347595,
  ]
  // JAX takes the inverse from a polynomial in f32, a few ulp from the exact one here, more in the
  // tails; an ulp is at most 2⁻²³ of a number.
  draw(normal(key, [6])).forEach((x, i) => {
    expect(Math.abs(x / (expected[i] ?? 0) - 1)).toBeLessThan(4 * 2 ** -23)
  })
})

test('bernoulli gives the truths of jax.random.bernoulli', () => {
  const flips = draw(bernoulli(key, [12], { probability: 0.3 }))
  expect(flips).toEqual([1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0])
})

test('foldIn gives the keys of the plain function, and takes a number or a value', () => {
  for (const data of [0, 1, 77, 2 ** 31, 2 ** 32 - 1]) {
    const expected = [...plain.foldIn(plain.keyFromSeed(2024), data)]
    expect(draw(foldIn(key, data))).toEqual(expected)
    expect(draw(foldIn(key, constant(data, { dtype: 'u32' })))).toEqual(expected)
  }
})

test('a step that is folded in gives each step its own numbers', () => {
  const mask = (step: number) => {
    const counter = cast(constant(step, { dtype: 'i32' }), 'u32')
    return draw(bernoulli(foldIn(key, counter), [64]))
  }
  expect(mask(3)).toEqual(mask(3))
  expect(mask(3)).not.toEqual(mask(4))
})

test('shapes and dtypes come out as types', () => {
  const bits: Value<[2, 3], 'u32'> = randomBits(key, [2, 3])
  const numbers: Value<[4], 'f64'> = uniform(key, [4], { dtype: 'f64' })
  const truths: Value<[], 'bool'> = bernoulli(key, [])
  expect([bits, numbers, truths].map(({ type }) => type)).toEqual([
    { shape: [2, 3], dtype: 'u32' },
    { shape: [4], dtype: 'f64' },
    { shape: [], dtype: 'bool' },
  ])
  expect(toNested(evaluate(graph({ numbers })).outputs.numbers as never)).toHaveLength(4)
})

test('a seed that is no whole number of 32 bits is turned away', () => {
  expect(() => randomKey(-1)).toThrow(/^OPTION seed: not a 32-bit unsigned integer/)
})

test('what is no key is turned away, by the types too', () => {
  // @ts-expect-error uniform: key has shape [3]
  expect(() => uniform(input('key', [3], { dtype: 'u32' }), [4])).toThrow(
    'SHAPE uniform: key has shape [3]',
  )
  // @ts-expect-error normal: key cannot be f32
  expect(() => normal(input('key', [2]), [4])).toThrow('DTYPE normal: key cannot be f32')
  const unknown: Value = key
  expect(uniform(unknown, [4]).shape).toEqual([4])
})
