/** First weights: their bounds and moments, PyTorch's formulas for them, and what is refused. */
import { expect, test } from 'vitest'
import '../methods.ts'
import { evaluate } from '../interpret/interpret.ts'
import { graph } from '../ir/graph.ts'
import type { Shape } from '../ir/shape.ts'
import { toNumbers } from '../ir/tensor.ts'
import { parse, print } from '../print.ts'
import { parameter, state } from './index.ts'
import * as init from './initializers.ts'
import type { Initializer } from './state.ts'

interface DrawOptions {
  readonly seed?: number
  readonly key?: string
  readonly dtype?: 'f32' | 'f64'
}

function draw(initializer: Initializer, shape: Shape, options: DrawOptions = {}): number[] {
  const { seed = 1, key = 'W', dtype = 'f32' } = options
  const W = parameter('W', shape, { init: initializer, key, dtype })
  return toNumbers(evaluate(graph({ W }), { seed }).outputs.W as never) // it is there
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length
const moment = (numbers: readonly number[], power: number) => mean(numbers.map((x) => x ** power))
const largest = (numbers: readonly number[]) => Math.max(...numbers.map(Math.abs))

// 100 · 200 draws. Every tolerance on a mean is five times its standard deviation: the draws are
// fixed, so a test that holds once holds always.
const weight = [100, 200]
const fiveSigma = (standardDeviation: number) => (5 * standardDeviation) / Math.sqrt(20_000)

function expectUniform(numbers: readonly number[], bound: number): void {
  expect(largest(numbers)).toBeLessThanOrEqual(Math.fround(bound))
  expect(largest(numbers)).toBeGreaterThan(0.999 * bound)
  const scaled = numbers.map((x) => x / bound)
  expect(Math.abs(mean(scaled))).toBeLessThan(fiveSigma(Math.sqrt(1 / 3)))
  expect(Math.abs(moment(scaled, 2) - 1 / 3)).toBeLessThan(fiveSigma(Math.sqrt(4 / 45)))
}

function expectNormal(numbers: readonly number[], deviation: number, middle = 0): void {
  const scaled = numbers.map((x) => (x - middle) / deviation)
  expect(Math.abs(mean(scaled))).toBeLessThan(fiveSigma(1))
  expect(Math.abs(moment(scaled, 2) - 1)).toBeLessThan(fiveSigma(Math.sqrt(2)))
  expect(Math.abs(moment(scaled, 4) - 3)).toBeLessThan(fiveSigma(Math.sqrt(96)))
}

// The bounds and deviations are those of torch.nn.init for a torch weight [200, 100], our [100, 200].
test.each<readonly [string, Initializer, number]>([
  ['uniform', init.uniform(-0.5, 0.5), 0.5],
  ['xavierUniform', init.xavierUniform(), Math.sqrt(6 / 300)],
  ['xavierUniform with a gain', init.xavierUniform({ gain: 2 }), 2 * Math.sqrt(6 / 300)],
  ['xavierUniform with given fans', init.xavierUniform({ fanIn: 4, fanOut: 2 }), 1],
  ['kaimingUniform', init.kaimingUniform(), Math.sqrt(6 / 100)],
  ['kaimingUniform by fanOut', init.kaimingUniform({ mode: 'fanOut' }), Math.sqrt(6 / 200)],
  [
    // What torch.nn.Linear uses: a = √5 makes it 1/√fanIn.
    'kaimingUniform with a slope of √5',
    init.kaimingUniform({ negativeSlope: Math.sqrt(5) }),
    1 / Math.sqrt(100),
  ],
  [
    'kaimingUniform for tanh',
    init.kaimingUniform({ nonlinearity: 'tanh' }),
    (5 / 3) * Math.sqrt(3 / 100),
  ],
])('%s fills its bounds evenly and never leaves them', (_, initializer, bound) => {
  expectUniform(draw(initializer, weight), bound)
})

test.each<readonly [string, Initializer, number]>([
  ['normal', init.normal(0, 0.02), 0.02],
  ['xavierNormal', init.xavierNormal(), Math.sqrt(2 / 300)],
  ['xavierNormal with a gain', init.xavierNormal({ gain: 3 }), 3 * Math.sqrt(2 / 300)],
  ['kaimingNormal', init.kaimingNormal(), Math.sqrt(2 / 100)],
  [
    'kaimingNormal by fanOut for selu',
    init.kaimingNormal({ mode: 'fanOut', nonlinearity: 'selu' }),
    0.75 / Math.sqrt(200),
  ],
])('%s has the moments of its normal distribution', (_, initializer, deviation) => {
  expectNormal(draw(initializer, weight), deviation)
})

test('normal has a mean, and uniform and normal are standard by default', () => {
  expectNormal(draw(init.normal(7, 2), weight), 2, 7)
  expectNormal(draw(init.normal(), weight), 1)
  const unit = draw(init.uniform(), weight)
  expect(unit.every((x) => x >= 0 && x < 1)).toBe(true)
  expect(Math.abs(mean(unit) - 1 / 2)).toBeLessThan(fiveSigma(Math.sqrt(1 / 12)))
})

test('the kernel of a convolution is [out, in, ...window]: its window counts in both fans', () => {
  // torch: fan_in = 30 · 9, fan_out = 80 · 9.
  const kernel = [80, 30, 3, 3]
  expectUniform(draw(init.kaimingUniform(), kernel).slice(0, 20_000), Math.sqrt(6 / 270))
  const byFanOut = init.kaimingUniform({ mode: 'fanOut' })
  expectUniform(draw(byFanOut, kernel).slice(0, 20_000), Math.sqrt(6 / 720))
})

test('truncNormal stays within its bounds, with the moments of what is left', () => {
  const numbers = draw(init.truncNormal(), weight)
  expect(largest(numbers)).toBeLessThanOrEqual(2)
  expect(largest(numbers)).toBeGreaterThan(1.99)
  // Variance 1 − 4 φ(2) / (2 Φ(2) − 1), fourth moment 3 · variance − 16 φ(2) / (2 Φ(2) − 1).
  const variance = 0.7737413035
  expect(Math.abs(mean(numbers))).toBeLessThan(fiveSigma(Math.sqrt(variance)))
  expect(Math.abs(moment(numbers, 2) - variance)).toBeLessThan(fiveSigma(0.9))
  const oneSided = draw(init.truncNormal({ low: 0, high: Infinity }), weight)
  expect(Math.min(...oneSided)).toBeGreaterThanOrEqual(0)
  expect(largest(oneSided)).toBeLessThan(6)
  expect(Math.abs(mean(oneSided) - Math.sqrt(2 / Math.PI))).toBeLessThan(fiveSigma(0.6028))
  const shifted = { mean: 0.1, standardDeviation: 0.02, low: 0.06, high: 0.12 }
  const narrow = draw(init.truncNormal(shifted), weight)
  expect(Math.min(...narrow)).toBeGreaterThanOrEqual(Math.fround(0.06))
  expect(Math.max(...narrow)).toBeLessThanOrEqual(Math.fround(0.12))
  // 0.1 + 0.02 · (φ(−2) − φ(1)) / (Φ(1) − Φ(−2))
  expect(Math.abs(mean(narrow) - 0.0954072564)).toBeLessThan(fiveSigma(0.02))
})

test('constant, ones and zeros are one number everywhere', () => {
  expect(draw(init.constant(2.5), [2, 2])).toEqual([2.5, 2.5, 2.5, 2.5])
  expect(draw(init.ones(), [3])).toEqual([1, 1, 1])
  expect(draw(init.zeros(), [])).toEqual([0])
})

/** The largest element of |Qᵀ Q − 1|, or of |Q Qᵀ − 1| where Q has fewer rows than columns. */
function distanceFromOrthonormal(numbers: readonly number[], rows: number): number {
  const columns = numbers.length / rows
  const isTall = rows >= columns
  const [length, count] = isTall ? [rows, columns] : [columns, rows]
  const at = (i: number, j: number) => Number(numbers[isTall ? i * columns + j : j * columns + i])
  let distance = 0
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let product = 0
      for (let i = 0; i < length; i++) product += at(i, a) * at(i, b)
      distance = Math.max(distance, Math.abs(product - (a === b ? 1 : 0)))
    }
  }
  return distance
}

test.each([[[1, 1]], [[5, 5]], [[7, 3]], [[3, 7]], [[64, 64]], [[130, 70]], [[6, 3, 2, 2]]])(
  'orthogonal of %j has orthonormal rows or columns',
  (shape) => {
    // Some hundred roundings of 1e-16 in f64; in f32 each number is rounded once, by up to 6e-8 of it.
    const exact = draw(init.orthogonal(), shape, { dtype: 'f64' })
    expect(distanceFromOrthonormal(exact, Number(shape[0]))).toBeLessThan(1e-13)
    const single = draw(init.orthogonal(), shape)
    expect(distanceFromOrthonormal(single, Number(shape[0]))).toBeLessThan(1e-6)
    expect(single).toEqual(exact.map(Math.fround))
  },
)

test('orthogonal matrices are spread evenly: the traces have mean 0 and variance 1', () => {
  // Diaconis and Shahshahani 1994: the trace of a uniform one of O(n), n ≥ 4, has the first moments of
  // a standard normal: 0, 1, 0, 3. Without the signs of R the mean would be far from 0.
  const [count, size] = [400, 4]
  const draws = Array.from({ length: count }, (_, seed) =>
    draw(init.orthogonal(), [size, size], { seed, dtype: 'f64' }),
  )
  const traces = draws.map((q) => q.filter((_, i) => i % (size + 1) === 0).reduce((a, b) => a + b))
  expect(Math.abs(mean(traces))).toBeLessThan(5 / Math.sqrt(count))
  expect(Math.abs(moment(traces, 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / count))
  // Every element has mean 0 and variance 1/n; of its square the deviation is √(3/24 − 1/16) = 1/4.
  for (let i = 0; i < size * size; i++) {
    const elements = draws.map((q) => Number(q[i]))
    expect(Math.abs(mean(elements))).toBeLessThan(5 * Math.sqrt(1 / size / count))
    expect(Math.abs(moment(elements, 2) - 1 / size)).toBeLessThan(5 * (0.25 / Math.sqrt(count)))
  }
})

test('the gain stretches an orthogonal matrix', () => {
  const plain = draw(init.orthogonal(), [3, 3], { dtype: 'f64' })
  expect(draw(init.orthogonal({ gain: 2 }), [3, 3], { dtype: 'f64' })).toEqual(
    plain.map((x) => 2 * x),
  )
})

const all: readonly Initializer[] = [
  init.uniform(),
  init.normal(),
  init.truncNormal(),
  init.xavierUniform(),
  init.xavierNormal(),
  init.kaimingUniform(),
  init.kaimingNormal(),
  init.orthogonal(),
]

test('what is drawn is a function of the seed and of the key', () => {
  for (const initializer of all) {
    const first = draw(initializer, [3, 4])
    expect(draw(initializer, [3, 4])).toEqual(first)
    expect(draw(initializer, [3, 4], { seed: 2 })).not.toEqual(first)
    expect(draw(initializer, [3, 4], { key: '0.weight' })).not.toEqual(first)
  }
})

test('they are printed with their state, and parsed again', () => {
  for (const initializer of [...all, init.constant(3)]) {
    const W = state('W', [4, 3], initializer)
    const text = print(graph({ W }))
    expect(print(parse(text))).toBe(text)
    const value = (of: ReturnType<typeof parse>) => toNumbers(evaluate(of).outputs.W as never) // it is there
    expect(value(parse(text))).toEqual(value(graph({ W })))
  }
})

test.each<readonly [string, number]>([
  ['linear', 1],
  ['sigmoid', 1],
  ['tanh', 5 / 3],
  ['relu', Math.SQRT2],
  ['leakyRelu', Math.sqrt(2 / 1.0001)],
  ['selu', 0.75],
])('the gain of %s is that of torch.nn.init.calculate_gain', (nonlinearity, gain) => {
  expect(init.calculateGain(nonlinearity as init.Nonlinearity)).toBeCloseTo(gain, 15) // a literal of the table
})

test('a shape without elements draws nothing', () => {
  expect(draw(init.xavierUniform(), [0, 4])).toEqual([])
  expect(draw(init.kaimingNormal(), [8, 0, 3, 3])).toEqual([])
})

test('a shape without fans is refused', () => {
  expect(() => parameter('b', [3], { init: init.xavierNormal() })).toThrow(
    `ATTRIBUTE xavierNormal: the fans of this shape cannot be found out
  expected  a shape of two axes or more, or fanIn and fanOut
  got       [3]
  fix       give { fanIn, fanOut }, or use init.uniform or init.zeros`,
  )
  expect(draw(init.xavierUniform({ fanIn: 3, fanOut: 3 }), [3])).toHaveLength(3)
})

test.each<readonly [string, () => unknown]>([
  [
    'kaimingNormal: there is no such mode',
    () => draw(init.kaimingNormal({ mode: 'fan_in' as 'fanIn' }), [2, 2]), // PyTorch's spelling
  ],
  [
    'calculateGain: the gain of this nonlinearity is not known',
    () => init.calculateGain('gelu' as 'relu'), // no literal of the type
  ],
  ['truncNormal: there is nothing between the bounds', () => init.truncNormal({ low: 6, high: 7 })],
  ['truncNormal: there is nothing between the bounds', () => init.truncNormal({ low: 2, high: 1 })],
  ['orthogonal: this shape is no matrix', () => draw(init.orthogonal(), [4])],
])('%s', (what, make) => {
  expect(make).toThrow(`ATTRIBUTE ${what}\n`)
})
