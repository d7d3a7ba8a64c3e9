import { describe, expect, test } from 'vitest'
import { readExactValues, ulpsFrom } from '../../../../test/support/exact-values.ts'
import { powersOf } from '../../../../test/support/wasm-maths.ts'
import vectors from '../../../../test/vectors/maths.json' with { type: 'json' }

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
type Pair = readonly [x: number, y: number]

describe.each([false, true])('with relaxed SIMD: %s', (isRelaxed) => {
  // Exact values: mpmath with 240 bits, by test/vectors/maths.py; worst of 60,000 pairs: 0.85.
  test('pow in f64 is within 0.86 ulp of the exact value', () => {
    const records = readExactValues(vectors.pow, 2)
    const pairs = records.map(({ operands: [x = nan, y = nan] }): Pair => [x, y])
    const powers = powersOf({ type: 'f64x2', isRelaxed }, pairs)
    const errors = records.map((record, i) => ulpsFrom(record, powers[i] ?? nan))
    expect(records.length).toBeGreaterThan(300)
    expect(errors.filter((ulps) => !(ulps <= 0.86))).toEqual([])
  })

  // Computed in f64, it is the right f32 but where the exact value is next to the middle of two.
  test('pow in f32 is within 0.51 ulp of that of f64', () => {
    const pairs = Array.from({ length: 40_000 }, (_, i): Pair => {
      const x = Math.fround(2 ** (((i * 37) % 251) - 125) * (1 + (i % 1013) / 1013))
      return [x, Math.fround((((i * 61) % 977) / 977 - 0.5) * (256 / Math.abs(Math.log2(x) || 1)))]
    })
    const powers = powersOf({ type: 'f32x4', isRelaxed }, pairs)
    const errors = pairs.map(([x, y], i) => {
      const exact = x ** y
      const place = 2 ** (Math.max(Math.floor(Math.log2(exact)), -126) - 23)
      return Math.fround(exact) === powers[i] ? 0 : Math.abs((powers[i] ?? nan) - exact) / place
    })
    expect(errors.filter((ulps) => !(ulps <= 0.51))).toEqual([])
  })

  // JavaScript's ** but for 1 to any power and −1 to an infinite one, which C has as 1.
  test.each(['f32x4', 'f64x2'] as const)('pow in %s follows C where it is not plain', (type) => {
    const plain = [0, 1, 0.5, 2, 3, infinity, 2 ** 90, 2 ** -140, 1.5, 7, 2 ** 24 + 2]
    const numbers = [...plain, ...plain.map((x) => -x), nan]
    const pairs = numbers.flatMap((x) => numbers.map((y): Pair => [x, y]))
    const Floats = type === 'f32x4' ? Float32Array : Float64Array
    const wanted = pairs.map(([x, y]) =>
      x === 1 || (x === -1 && Math.abs(y) === infinity) ? 1 : Math.fround(x ** y),
    )
    const powers = powersOf({ type, isRelaxed }, pairs)
    expect(powers.map(Math.fround)).toEqual([...new Floats(wanted)])
  })
})
