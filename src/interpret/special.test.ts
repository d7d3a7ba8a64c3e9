import { describe, expect, it } from 'vitest'
import vectors from '../../test/vectors/special.json' with { type: 'json' }
import { erf, erfc, erfInverse, roundHalfEven, sigmoid, sign, softplus } from './special.ts'

const infinity = Number.POSITIVE_INFINITY
const smallest = Number.MIN_VALUE

// Exact values: mpmath with 240 bits, by test/vectors/special.py. The bounds are for f64;
// after them the worst found in a search of 500,000 random numbers or more, which is among these.
it.each([
  { name: 'erf', apply: erf, bound: 1, records: vectors.erf }, // 0.96
  { name: 'erfc', apply: erfc, bound: 2, records: vectors.erfc }, // 1.55
  { name: 'erfInverse', apply: erfInverse, bound: 2, records: vectors.erfInverse }, // 1.57
  // These two take the engine's exp and log1p, which are within 1 ulp in V8.
  { name: 'sigmoid', apply: sigmoid, bound: 2.5, records: vectors.sigmoid }, // 2.31
  { name: 'softplus', apply: softplus, bound: 2, records: vectors.softplus }, // 1.48
])('$name is within $bound ulp of the exact value', ({ apply, bound, records }) => {
  const errors = readRecords(records).map((record) => ({ ...record, ulps: error(apply, record) }))
  expect(errors.length).toBeGreaterThan(300)
  expect(errors.filter(({ ulps }) => !(ulps <= bound))).toEqual([])
})

// The ends of each function and its smallest arguments; the limits follow from the definitions.
it.each([
  { name: 'erf', apply: erf, x: 0, y: 0 },
  { name: 'erf', apply: erf, x: -0, y: -0 },
  { name: 'erf', apply: erf, x: smallest, y: smallest },
  { name: 'erf', apply: erf, x: infinity, y: 1 },
  { name: 'erf', apply: erf, x: -infinity, y: -1 },
  { name: 'erf', apply: erf, x: Number.NaN, y: Number.NaN },
  { name: 'erfc', apply: erfc, x: -0, y: 1 },
  { name: 'erfc', apply: erfc, x: smallest, y: 1 },
  { name: 'erfc', apply: erfc, x: 27.226, y: smallest },
  { name: 'erfc', apply: erfc, x: 27.3, y: 0 },
  { name: 'erfc', apply: erfc, x: infinity, y: 0 },
  { name: 'erfc', apply: erfc, x: -infinity, y: 2 },
  { name: 'erfc', apply: erfc, x: Number.NaN, y: Number.NaN },
  { name: 'erfInverse', apply: erfInverse, x: 0, y: 0 },
  { name: 'erfInverse', apply: erfInverse, x: -0, y: -0 },
  { name: 'erfInverse', apply: erfInverse, x: -smallest, y: -smallest },
  { name: 'erfInverse', apply: erfInverse, x: 1, y: infinity },
  { name: 'erfInverse', apply: erfInverse, x: -1, y: -infinity },
  { name: 'erfInverse', apply: erfInverse, x: 1 + Number.EPSILON, y: Number.NaN },
  { name: 'erfInverse', apply: erfInverse, x: -infinity, y: Number.NaN },
  { name: 'erfInverse', apply: erfInverse, x: Number.NaN, y: Number.NaN },
  { name: 'sigmoid', apply: sigmoid, x: 0, y: 0.5 },
  { name: 'sigmoid', apply: sigmoid, x: 1000, y: 1 },
  { name: 'sigmoid', apply: sigmoid, x: infinity, y: 1 },
  { name: 'sigmoid', apply: sigmoid, x: -745, y: smallest }, // exp(-745) is 1.01 · 2^-1074
  { name: 'sigmoid', apply: sigmoid, x: -infinity, y: 0 },
  { name: 'sigmoid', apply: sigmoid, x: Number.NaN, y: Number.NaN },
  { name: 'softplus', apply: softplus, x: 0, y: Math.LN2 },
  { name: 'softplus', apply: softplus, x: 1e300, y: 1e300 },
  { name: 'softplus', apply: softplus, x: infinity, y: infinity },
  { name: 'softplus', apply: softplus, x: -745, y: smallest },
  { name: 'softplus', apply: softplus, x: -infinity, y: 0 },
  { name: 'softplus', apply: softplus, x: Number.NaN, y: Number.NaN },
  { name: 'roundHalfEven', apply: roundHalfEven, x: 0.5, y: 0 },
  { name: 'roundHalfEven', apply: roundHalfEven, x: 1.5, y: 2 },
  { name: 'roundHalfEven', apply: roundHalfEven, x: 2.5, y: 2 },
  { name: 'roundHalfEven', apply: roundHalfEven, x: -0.5, y: -0 },
  { name: 'roundHalfEven', apply: roundHalfEven, x: -1.5, y: -2 },
  { name: 'roundHalfEven', apply: roundHalfEven, x: -2.5, y: -2 },
  { name: 'roundHalfEven', apply: roundHalfEven, x: 0.49999999999999994, y: 0 },
  { name: 'roundHalfEven', apply: roundHalfEven, x: 2251799813685249.5, y: 2251799813685250 },
  { name: 'roundHalfEven', apply: roundHalfEven, x: infinity, y: infinity },
  { name: 'roundHalfEven', apply: roundHalfEven, x: Number.NaN, y: Number.NaN },
  { name: 'sign', apply: sign, x: infinity, y: 1 },
  { name: 'sign', apply: sign, x: smallest, y: 1 },
  { name: 'sign', apply: sign, x: 0, y: 0 },
  { name: 'sign', apply: sign, x: -0, y: -0 },
  { name: 'sign', apply: sign, x: -0.5, y: -1 },
  { name: 'sign', apply: sign, x: Number.NaN, y: Number.NaN },
])('$name($x) is $y', ({ apply, x, y }) => {
  expect(apply(x)).toBe(y)
})

describe('symmetry', () => {
  const sizes = readRecords(vectors.erf).map(({ x }) => x)

  it('erf is odd, to the bit', () => {
    expect(sizes.filter((x) => erf(-x) !== -erf(x))).toEqual([])
  })

  it('erfInverse is odd, to the bit', () => {
    const inside = sizes.filter((x) => Math.abs(x) < 1)
    expect(inside.filter((x) => erfInverse(-x) !== -erfInverse(x))).toEqual([])
  })
})

interface ExactValue {
  readonly x: number
  /** The f64 nearest to the exact value. */
  readonly nearest: number
  /** Exact minus nearest, in ulp. */
  readonly residual: number
}

/** The records of 17 bytes that special.py describes. */
function readRecords(base64: string): ExactValue[] {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  return Array.from({ length: bytes.length / 17 }, (_, index) => ({
    x: view.getFloat64(index * 17, true),
    nearest: view.getFloat64(index * 17 + 8, true),
    residual: view.getInt8(index * 17 + 16) / 256,
  }))
}

function error(apply: (x: number) => number, { x, nearest, residual }: ExactValue): number {
  return Math.abs((apply(x) - nearest) / ulpOf(nearest) - residual)
}

/** The distance from `x` to the next f64 in size. */
function ulpOf(x: number): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(x))
  view.setBigUint64(0, view.getBigUint64(0) + 1n)
  return view.getFloat64(0) - Math.abs(x)
}
