import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import '../methods.ts'
import { gradients } from '../autodiff/gradients.ts'
import { compile } from '../compile.ts'
import { constant, input, parameter } from '../gates/index.ts'
import { evaluate } from '../interpret/interpret.ts'
import { graph } from '../ir/graph.ts'
import { tensor, toNumbers } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { sgd } from '../optim/index.ts'
import * as linalg from './linalg.ts'

/** f64: some hundred roundings of 1e-16 each; what is asked of matrices of up to 64 rows. */
const tolerance = 1e-9

const transposed = (x: Value): Value =>
  x.transpose([...x.shape.keys()].slice(0, -2).concat(x.shape.length - 1, x.shape.length - 2))
const scaled = (vectors: Value, values: Value): Value =>
  vectors.multiply(values.reshape([...values.shape.slice(0, -1), 1, values.shape.at(-1) ?? 0]))
const sizeOfAll = (x: Value): Value => x.abs().max()

/** Relative to the largest element of a, with 1 at least. */
const relative = (x: Value, a: Value): Value => x.divide(sizeOfAll(a).maximum(1))

/** What is left of identities that hold of the factors of a matrix, each a number near 0. */
const remainders: Readonly<Record<string, (a: Value) => readonly Value[]>> = {
  svd: (a) => {
    const [u, s, vT] = linalg.svd(a)
    return [
      relative(scaled(u, s).matmul(vT).subtract(a), a),
      transposed(u).matmul(u).subtract(unit(u)),
      vT.matmul(transposed(vT)).subtract(unit(u)),
      s.subtract(s.sort(-1, { descending: true })[0]),
    ]
  },
  eigh: (a) => {
    const square = a.matmul(transposed(a))
    const symmetric = square.subtract(unit(square))
    const [values, vectors] = linalg.eigh(symmetric)
    return [
      relative(scaled(vectors, values).matmul(transposed(vectors)).subtract(symmetric), symmetric),
      transposed(vectors).matmul(vectors).subtract(unit(vectors)),
      values.subtract(values.sort(-1)[0]),
    ]
  },
  qr: (a) => {
    const [q, r] = linalg.qr(a)
    return [
      relative(q.matmul(r).subtract(a), a),
      transposed(q).matmul(q).subtract(unit(q)),
      r.tril(-1),
    ]
  },
  lu: (a) => {
    const square = a.matmul(transposed(a))
    const [p, l, u] = linalg.lu(square)
    // With partial pivoting no factor is larger than 1.
    return [
      relative(p.matmul(l).matmul(u).subtract(square), square),
      l.triu(1),
      u.tril(-1),
      l.abs().subtract(1).relu(),
    ]
  },
}

function unit(x: Value): Value {
  const size = x.shape.at(-1) ?? 0
  return constant(
    Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)),
    ),
    { dtype: 'f64' },
  )
}

const matrix = (rows: number, columns: number, element: (i: number, j: number) => number) =>
  tensor(
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => element(i, j)),
    ),
    { dtype: 'f64' },
  )

/** Numbers without pattern, from −1 to 1. */
const anyNumber = (i: number, j: number) => Math.sin(1 + 12.9898 * i + 78.233 * j + i * j * 3.7)

const shapes = {
  odd: [7, 7],
  tall: [6, 3],
  wide: [3, 5],
  single: [1, 1],
  large: [48, 40],
}
const fillings: Readonly<Record<string, (i: number, j: number) => number>> = {
  ordinary: anyNumber,
  zero: () => 0,
  identity: (i, j) => (i === j ? 1 : 0), // every singular value is the same
  'of rank one': (i, j) => (1 + i) * (j - 1.5),
  'of ones': () => 1,
  Hilbert: (i, j) => 1 / (i + j + 1), // as ill-conditioned as f64 can tell
  graded: (i, j) => anyNumber(i, j) * 10 ** (-2 * j),
  'of large numbers': (i, j) => 1e150 * anyNumber(i, j),
}

describe.each(Object.keys(remainders))('%s', (name) => {
  test.each(Object.entries(shapes))('factors %s matrices of all kinds', async (_, shape) => {
    const [rows = 0, columns = 0] = shape
    const a = input('a', [rows, columns], { dtype: 'f64' })
    const program = await compile(
      Object.fromEntries((remainders[name]?.(a) ?? []).map((x, k) => [String(k), sizeOfAll(x)])),
    )
    for (const [kind, element] of Object.entries(fillings)) {
      const isSquared = name === 'lu' || name === 'eigh'
      if (isSquared && kind === 'of large numbers') continue // its square overflows
      const left = Object.values(program.run({ a: matrix(rows, columns, element) })).map(
        (handle) => handle.dataSync()[0],
      )
      expect(
        left.every((x) => Math.abs(Number(x)) <= tolerance),
        `${kind}: ${left}`,
      ).toBe(true)
    }
  })
})

function expectNear(numbers: readonly number[] | undefined, expected: readonly number[]): void {
  expect(numbers?.length).toBe(expected.length)
  for (const [index, x] of expected.entries()) expect(numbers?.[index]).toBeCloseTo(x, 12)
}

/** What values hold, on the interpreter in f64. */
function numbersOf(...values: readonly Value[]): readonly number[][] {
  return Object.values(evaluate(graph(values), { feeds: {} }).outputs).map(toNumbers)
}

const values = (rows: Parameters<typeof constant>[0]): Value => constant(rows, { dtype: 'f64' })

test('what is given back solves the equations, whatever the shape and however ill-conditioned', async () => {
  const [a, b] = [input('a', [24, 24], { dtype: 'f64' }), input('b', [24, 3], { dtype: 'f64' })]
  const x = linalg.solve(a, b)
  const program = await compile({ left: sizeOfAll(a.matmul(x).subtract(b)), size: sizeOfAll(x) })
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 0, max: 10 }),
      (seed, digits) => {
        // Rows from 1 down to 10^-digits: elimination leaves a residual of rounding all the same.
        const element = (i: number, j: number) =>
          anyNumber(i + seed, j) * 10 ** ((-digits * i) / 24)
        const run = program.run({ a: matrix(24, 24, element), b: matrix(24, 3, anyNumber) })
        // Backward stability: |a x − b| is of the rounding of |a| |x|, 24 · 1e-16 and some growth.
        expect(Number(run.left.dataSync()[0])).toBeLessThan(
          1e-12 * (1 + Number(run.size.dataSync()[0])),
        )
      },
    ),
    { numRuns: 25, seed: 3 },
  )
})

describe('matrices that have no answer', () => {
  const singular = values([
    [1, 2],
    [2, 4],
  ])

  test('give infinities or NaN', () => {
    const [inverse = []] = numbersOf(linalg.inverse(singular))
    expect(inverse.some(Number.isFinite)).toBe(false)
    expect(
      numbersOf(
        linalg.cholesky(
          values([
            [1, 2],
            [2, 1],
          ]),
        ),
      )[0],
    ).toEqual([1, 0, 2, Number.NaN])
    const [sign, size] = numbersOf(...linalg.slogdet(singular))
    expect([Math.abs(sign?.[0] ?? 1), size?.[0]]).toEqual([0, -Infinity])
  })

  test('stop a training step with the name of the gate', async () => {
    const a = parameter('a', [2, 2], { init: () => singular.cast('f32') })
    const J = linalg
      .solve(a, constant([1, 1]))
      .named('x')
      .sum()
    const step = await compile({ J }, { updates: sgd(J, { learningRate: 0.1 }) })
    expect(() => step.run({})).toThrow(/solve/)
  })

  test('that are singular have a determinant all the same, whose gradient are the cofactors', () => {
    const a = parameter('a', [3, 3], {
      dtype: 'f64',
      init: () =>
        values([
          [1, 2, 3],
          [2, 4, 6],
          [1, 0, 1],
        ]),
    })
    const determinant = linalg.det(a)
    const [gradient] = gradients(determinant, [a])
    const outputs = evaluate(graph([determinant, gradient as Value]), {}).outputs
    const [own = [], cofactors = []] = Object.values(outputs).map(toNumbers)
    expect(own[0]).toBeCloseTo(0, 14)
    // By hand: the signed minors.
    const expected = [4, 4, -4, -2, -2, 2, 0, 0, 0]
    expectNear(cofactors, expected)
  })
})

test('equal singular values and eigenvalues have gradients, as long as no vector is asked for', () => {
  const a = input('a', [2, 2], { dtype: 'f64' })
  const feeds = { a: matrix(2, 2, (i, j) => (i === j ? 3 : 0)) }
  const gradientOf = (J: Value) =>
    Object.values(evaluate(graph(gradients(J, [a])), { feeds }).outputs).map(toNumbers)[0]
  expectNear(gradientOf(linalg.svd(a)[1].sum()), [1, 0, 0, 1])
  expectNear(gradientOf(linalg.eigh(a)[0].sum()), [1, 0, 0, 1])
  expect(
    gradientOf(
      linalg
        .eigh(a)[1]
        .multiply(
          values([
            [1, 2],
            [3, 4],
          ]),
        )
        .sum(),
    )?.every(Number.isFinite),
  ).toBe(false)
})

test('nothing is also a matrix', () => {
  const none = values([]).reshape([0, 0])
  expect(numbersOf(linalg.det(none), ...linalg.slogdet(none))).toEqual([[1], [1], [0]])
  const all = [
    linalg.inverse(none),
    linalg.cholesky(none),
    linalg.matrixExp(none),
    ...linalg.lu(none),
    ...linalg.qr(none),
    ...linalg.svd(none),
    ...linalg.eigh(none),
    linalg.pinv(none),
    linalg.solve(none, none),
  ]
  expect(numbersOf(...all).flat()).toEqual([])
  const [u, s, vT] = linalg.svd(values([]).reshape([0, 3]))
  expect([u.shape, s.shape, vT.shape]).toEqual([[0, 0], [0], [0, 3]])
})

test('the exponential of large matrices is as accurate as that of small ones', () => {
  // e^(θ [[0, −1], [1, 0]]) turns by θ.
  const [turned = []] = numbersOf(
    linalg.matrixExp(
      values([
        [0, -100],
        [100, 0],
      ]),
    ),
  )
  const expected = [Math.cos(100), -Math.sin(100), Math.sin(100), Math.cos(100)]
  expectNear(turned, expected)
})

test('nothing is kept of the steps of an elimination but what is asked for', async () => {
  const a = input('a', [64, 64], { dtype: 'f64' })
  const program = await compile({ L: linalg.cholesky(a) }, { threads: 1 })
  // The matrix, what is left of it and the columns; each step's beginning would be 64 times as much.
  expect(program.memory?.arena).toBeLessThan(5 * 64 * 64 * 8)
})
