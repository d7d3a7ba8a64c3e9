import { describe, expect, it, test } from 'vitest'
import { readExactValues, ulpsFrom } from '../../../../test/support/exact-values.ts'
import {
  mathsModule,
  references,
  sweepSingle,
  type Variant,
  valuesAt,
} from '../../../../test/support/wasm-maths.ts'
import vectors from '../../../../test/vectors/maths.json' with { type: 'json' }
import { type MathsName, mathsNames } from './library.ts'

const infinity = Number.POSITIVE_INFINITY
const nan = Number.NaN

/** The worst found, strict and relaxed: f32 over this stride, f64 over the vectors. */
const found: Readonly<Record<MathsName, { single: [number, number]; double: [number, number] }>> = {
  exp: { single: [0.9, 0.9], double: [0.93, 0.95] },
  log: { single: [0.8, 0.8], double: [0.78, 0.78] },
  tanh: { single: [1.36, 1.36], double: [1.36, 1.36] },
  sigmoid: { single: [1.6, 1.6], double: [1.65, 1.65] },
  erf: { single: [1, 0.93], double: [1.04, 0.9] },
  expm1: { single: [1.3, 1.3], double: [1.31, 1.44] },
  log1p: { single: [0.83, 0.83], double: [0.78, 0.78] },
  softplus: { single: [1.5, 1.5], double: [1.34, 1.34] },
  erfInverse: { single: [0.51, 0.51], double: [1.54, 1.4] },
  erfc: { single: [0.51, 0.51], double: [1.55, 1.55] },
  atan: { single: [0.85, 0.85], double: [0.87, 0.87] },
  exp2: { single: [0.93, 0.93], double: [0.94, 0.99] },
  log2: { single: [0.51, 0.51], double: [0.51, 0.51] },
  log10: { single: [0.51, 0.51], double: [0.51, 0.51] },
  sin: { single: [1.52, 1.52], double: [1.59, 1.59] },
  cos: { single: [1.52, 1.52], double: [1.56, 1.56] },
}

// Each bound is the worst of this very sweep; the functions' own is 2 ulp, which every number of
// f32 keeps (maths.full.test.ts).
it.each(mathsNames.map((name) => ({ name, bound: found[name].single })))(
  '$name in f32 is within $bound ulp, strict and relaxed, at 600,000 numbers of all exponents',
  ({ name, bound }) => {
    const { strict, relaxed } = sweepSingle({ name, stride: 7001, against: 'references' })
    expect([...strict.wrong, ...relaxed.wrong]).toEqual([])
    expect(strict.count).toBe(613_480)
    expect(strict.ulps).toBeLessThanOrEqual(bound[0])
    expect(relaxed.ulps).toBeLessThanOrEqual(bound[1])
  },
)

// Exact values: mpmath with 240 bits or more, by test/vectors/maths.py.
it.each(mathsNames.map((name) => ({ name, bound: found[name].double })))(
  '$name in f64 is within $bound ulp of the exact value, strict and relaxed',
  ({ name, bound }) => {
    const records = readExactValues(vectors[name], 1)
    const xs = records.map(({ operands: [x = nan] }) => x)
    expect(records.length).toBeGreaterThan(180)
    for (const [index, isRelaxed] of [false, true].entries()) {
      const results = valuesAt({ name, type: 'f64x2', isRelaxed }, xs)
      const errors = records.map((record, i) => ulpsFrom(record, results[i] ?? nan))
      expect(errors.filter((ulps) => !(ulps <= 2))).toEqual([])
      expect(Math.max(...errors)).toBeLessThanOrEqual(bound[index] ?? 0)
    }
  },
)

/** [x, y]: where a function is exact, its ends, and what it makes of what is no number. */
const special: Readonly<Record<MathsName, readonly (readonly [x: number, y: number])[]>> = {
  exp: [
    [0, 1],
    [-0, 1],
    [-infinity, 0],
    [infinity, infinity],
    [-1e30, 0],
    [1e30, infinity],
  ],
  log: [
    [1, 0],
    [0, -infinity],
    [-0, -infinity],
    [infinity, infinity],
    [-1, nan],
    [-infinity, nan],
  ],
  tanh: [
    [0, 0],
    [-0, -0],
    [infinity, 1],
    [-infinity, -1],
    [30, 1],
    [-1e30, -1],
  ],
  sigmoid: [
    [0, 0.5],
    [-0, 0.5],
    [infinity, 1],
    [-infinity, 0],
    [50, 1],
    [-1e30, 0],
  ],
  erf: [
    [0, 0],
    [-0, -0],
    [infinity, 1],
    [-infinity, -1],
    [7, 1],
    [-1e30, -1],
  ],
  expm1: [
    [0, 0],
    [-0, -0],
    [infinity, infinity],
    [-infinity, -1],
    [-50, -1],
    [1e30, infinity],
  ],
  log1p: [
    [0, 0],
    [-0, -0],
    [-1, -infinity],
    [infinity, infinity],
    [-2, nan],
    [-infinity, nan],
  ],
  softplus: [
    [infinity, infinity],
    [-infinity, 0],
    [-1e30, 0],
  ],
  erfInverse: [
    [0, 0],
    [-0, -0],
    [1, infinity],
    [-1, -infinity],
    [2, nan],
    [-infinity, nan],
  ],
  erfc: [
    [0, 1],
    [-0, 1],
    [infinity, 0],
    [-infinity, 2],
    [30, 0],
    [-1e30, 2],
  ],
  atan: [
    [0, 0],
    [-0, -0],
  ],
  exp2: [
    [0, 1],
    [-0, 1],
    [10, 1024],
    [-3, 0.125],
    [infinity, infinity],
    [-infinity, 0],
    [-1e30, 0],
    [1e30, infinity],
  ],
  log2: [
    [1, 0],
    [2 ** 29, 29],
    [2 ** -120, -120],
    [0, -infinity],
    [-0, -infinity],
    [infinity, infinity],
    [-1, nan],
    [-infinity, nan],
  ],
  log10: [
    [1, 0],
    [1000, 3],
    [1e10, 10],
    [0, -infinity],
    [-0, -infinity],
    [infinity, infinity],
    [-1, nan],
    [-infinity, nan],
  ],
  sin: [
    [0, 0],
    [-0, -0],
    [infinity, nan],
    [-infinity, nan],
  ],
  cos: [
    [0, 1],
    [-0, 1],
    [infinity, nan],
    [-infinity, nan],
  ],
}

describe.each(['f32x4', 'f64x2'] as const)('in %s', (type) => {
  it.each(mathsNames)('%s keeps signs of zero, infinities and NaN', (name) => {
    const pairs = [...special[name], [nan, nan] as const]
    for (const isRelaxed of [false, true]) {
      const results = valuesAt(
        { name, type, isRelaxed },
        pairs.map(([x]) => x),
      )
      expect(results).toEqual(pairs.map(([, y]) => y))
    }
  })

  it.each(['tanh', 'erf', 'sin', 'erfInverse', 'atan'] as const)(
    '%s is odd, to the bit',
    (name) => {
      const xs = [5e-324, 1e-45, 1e-30, 0.1, 0.5, 0.9, 1.1, 2, 3, 5, 1e5, 1e10, 1e38]
      for (const isRelaxed of [false, true]) {
        const [positive, negative] = [xs, xs.map((x) => -x)].map((list) =>
          valuesAt({ name, type, isRelaxed }, list),
        )
        expect(negative).toEqual(positive?.map((y) => -y))
      }
    },
  )

  it.each(mathsNames)('%s gives the same as a called function and in place', (name) => {
    const xs = [0.1, 0.7, 1.3, 2.9, 17, 1e7, 1e22, nan]
    for (const isRelaxed of [false, true]) {
      const variant: Variant = { name, type, isRelaxed }
      expect(valuesAt(variant, xs, 'called')).toEqual(valuesAt(variant, xs, 'inline'))
    }
  })

  it.each(mathsNames)('%s gives each lane what it gives it alone', (name) => {
    // Huge angles beside small ones: the fallback of one lane must leave the others alone.
    const xs = [0.5, 1e10, -3e6, 2, 1e7, 0.25, 4, 1e20]
    const variant: Variant = { name, type, isRelaxed: false }
    const alone = xs.flatMap((x) => valuesAt(variant, [x, x, x, x]).slice(0, 1))
    expect(valuesAt(variant, xs)).toEqual(alone)
  })

  test('only the relaxed functions have relaxed instructions', () => {
    // Opcodes 0x100 to 0x113 behind the prefix of vectors, as LEB128: 0xfd, 0x80 to 0x93, 0x02.
    const relaxedCount = (variant: Variant): number => {
      const bytes = mathsModule(variant)
      return bytes.filter((byte, i) => {
        const next = bytes[i + 1] ?? 0
        return byte === 0xfd && next >= 0x80 && next <= 0x93 && bytes[i + 2] === 2
      }).length
    }
    for (const name of mathsNames) {
      expect(relaxedCount({ name, type, isRelaxed: false })).toBe(0)
      expect(relaxedCount({ name, type, isRelaxed: true })).toBeGreaterThan(5)
    }
  })
})

test('sin and cos of the f64 that is nearest to a multiple of π/2 keep their digits', () => {
  // 6381956970095103 · 2⁷⁹⁷, W. Kahan 1983: its cosine is −4.68716592425462761112e-19.
  const x = 6381956970095103 * 2 ** 797
  for (const isRelaxed of [false, true]) {
    const [cosine = nan] = valuesAt({ name: 'cos', type: 'f64x2', isRelaxed }, [x])
    // 2⁻¹¹³ is its last place.
    expect(Math.abs(cosine - -4.687165924254628e-19)).toBeLessThanOrEqual(2 ** -113)
    expect(valuesAt({ name: 'sin', type: 'f64x2', isRelaxed }, [x])[0]).toBe(1)
  }
})

test('the references of f32 are those of f64', () => {
  for (const name of mathsNames) {
    const records = readExactValues(vectors[name], 1)
    const errors = records.map((record) =>
      ulpsFrom(record, references[name](record.operands[0] ?? nan)),
    )
    // The worst is sigmoid's, of special.ts: below 2.5 ulp of f64, which is nothing in f32.
    expect(errors.filter((ulps) => !(ulps <= 2.5))).toEqual([])
  }
})
