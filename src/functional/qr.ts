import { defineGate, type Gates } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { TensorType, Value } from '../ir/value.ts'
import {
  asColumn,
  asRow,
  batched,
  columnsOf,
  isMatrix,
  sizesOf,
  swapped,
  underBatchOf,
} from './matrices.ts'
import { triangularSolve } from './triangular-solve.ts'

export interface Qr {
  <D extends DType>(a: Value<Shape, D>): readonly [q: Value<Shape, D>, r: Value<Shape, D>]
}

/**
 * Q with orthonormal columns and R upper triangular, Q R = a, by Householder's reflections: the
 * reduced factors. The signs are LAPACK's. Where the first min(m, n) columns of `a` depend on each
 * other, the gradient is not finite.
 *
 * Shapes: a [..., m, n] → Q [..., m, k] and R [..., k, n], k the smaller of m and n.
 * Throws: SHAPE where a is no matrix.
 * Source: PyTorch `linalg.qr`; the gradient of wide matrices is of Roberts and Roberts 2020.
 */
export const qr: Gate<Qr> = defineGate<Qr, ['a']>({
  name: 'qr',
  operands: ['a'],
  role: 'mixer',
  constraints: { C1: isMatrix({ a: 'f32[3]' }) },
  outputTypes: ({ a }) => {
    const [rows, columns] = sizesOf(a)
    const rank = Math.min(rows, columns)
    return [matrixType(a, rows, rank), matrixType(a, rank, columns)]
  },
  expand: ({ gates, a }) => {
    const [, columns] = sizesOf(a)
    const rank = Math.min(...sizesOf(a))
    if (rank === 0)
      return [columnsOf(gates, a, 0, 0), swapped(gates, columnsOf(gates, swapped(gates, a), 0, 0))]
    const { reflections, rest } = reflected(gates, batched(gates, a))
    const r = gates.slice(gates.triu(rest), [[], [0, rank], [0, columns]])
    const q = productOf(gates, reflections, batched(gates, a))
    return [underBatchOf(gates, a, q), underBatchOf(gates, a, r)]
  },
  backward: ({ gates, a, outputs, upstreams }) => {
    const [q = a, r = a] = outputs
    const given = [q, r].map((output, index) => upstreams[index] ?? gates.zerosLike(output))
    const [ofQ = q, ofR = r] = given
    const [rows, columns] = sizesOf(a)
    if (columns <= rows) return { a: gradientOfTall(gates, { q, r, ofQ, ofR }) }
    // a = [X Y] and R = [U V]: X = Q U, and V = Qᵀ Y.
    const [square, others] = [columnsOf(gates, r, 0, rows), columnsOf(gates, a, rows, columns)]
    const [ofSquare, ofOthers] = [
      columnsOf(gates, ofR, 0, rows),
      columnsOf(gates, ofR, rows, columns),
    ]
    const throughV = gates.matmul(others, swapped(gates, ofOthers))
    const both = { q, r: square, ofQ: gates.add(ofQ, throughV), ofR: ofSquare }
    return { a: gates.concat([gradientOfTall(gates, both), gates.matmul(q, ofOthers)], -1) }
  },
  equation: ({ a }) => String.raw`\operatorname{QR}(${a})`,
  downstream: ({ upstream }) =>
    String.raw`(g_Q + Q \operatorname{copyltu}(R g_R^\top - g_Q^\top Q)) R^{-\top}, \quad g = ${upstream}`,
  // Expected values: torch 1.13, torch.linalg.qr.
  samples: [
    {
      a: [
        [3, 1],
        [4, 2],
      ],
      output: [
        [
          [-0.6, -0.8],
          [-0.8, 0.6],
        ],
        [
          [-5, -2.2],
          [0, 0.4],
        ],
      ],
    },
    {
      a: [[[0, 2]], [[-3, 6]]],
      output: [
        [[[1]], [[1]]],
        [[[0, 2]], [[-3, 6]]],
      ],
    },
    { a: [[2], [1], [2]], output: [[[-2 / 3], [-1 / 3], [-2 / 3]], [[-3]]] },
  ],
})

function matrixType({ shape, dtype }: Value, rows: number, columns: number): TensorType {
  return Object.freeze({ shape: Object.freeze([...shape.slice(0, -2), rows, columns]), dtype })
}

/**
 * The reflections I − u uᵀ, |u|² = 2 or 0, that bring one column after the other to multiples of a
 * unit vector, as rows [steps, batch, m], and what the matrix has become.
 */
function reflected(
  gates: Gates,
  matrix: Value,
): { readonly reflections: Value; readonly rest: Value } {
  const [rows, columns] = sizesOf(matrix)
  const places = gates.iota([rows], 0)
  const { carry, outputs } = gates.scan(
    ([rest], [step]) => {
      const whole = gates.take(rest, step, 2)
      const column = gates.where(gates.greaterEqual(places, step), whole, 0)
      const below = gates.where(gates.greater(places, step), whole, 0)
      const u = reflection(gates, column, below, gates.equal(places, step))
      const along = gates.matmul(asRow(gates, u), rest)
      return {
        carry: [gates.subtract(rest, gates.multiply(asColumn(gates, u), along))],
        outputs: [u],
      }
    },
    { carry: [matrix], sequences: [gates.iota([Math.min(rows, columns)], 0)] },
  )
  return { reflections: outputs[0], rest: carry[0] }
}

/** u ∝ x + sign(x₀) |x| e₀, away from x₀ so that nothing cancels; 0 where nothing is below x₀. */
function reflection(gates: Gates, column: Value, below: Value, isFirst: Value): Value {
  const keep = { keepDims: true }
  // Measured by its largest element, no square overflows, and none that matters vanishes.
  const largest = gates.stopGradient(gates.max(gates.abs(column), -1, keep))
  const unit = gates.where(gates.equal(largest, 0), 1, largest)
  const x = gates.divide(column, unit)
  const isDone = gates.equal(gates.max(gates.abs(below), -1, keep), 0)
  const length = gates.sqrt(gates.where(isDone, 1, gates.sum(gates.multiply(x, x), -1, keep)))
  const first = gates.sum(gates.where(isFirst as Value<Shape, 'bool'>, x, 0), -1, keep)
  const signed = gates.where(gates.less(first, 0), gates.negate(length), length)
  const away = gates.where(isFirst as Value<Shape, 'bool'>, gates.add(x, signed), x)
  // |x + sign(x₀) |x| e₀|² = 2 |x| (|x| + |x₀|)
  const half = gates.multiply(length, gates.add(length, gates.abs(first)))
  return gates.where(isDone, 0, gates.divide(away, gates.sqrt(half)))
}

/** The product of the reflections, of which it takes as many columns as there are steps. */
function productOf(gates: Gates, reflections: Value, matrix: Value): Value {
  const [steps = 0, count = 0, rows = 0] = reflections.shape
  const shape = [rows, steps]
  const identity = gates.cast(gates.equal(gates.iota(shape, 0), gates.iota(shape, 1)), matrix.dtype)
  const { carry } = gates.scan(
    ([product], [u]) => {
      const along = gates.matmul(asRow(gates, u), product)
      return { carry: [gates.subtract(product, gates.multiply(asColumn(gates, u), along))] }
    },
    {
      carry: [gates.broadcastTo(identity, [count, ...shape])],
      sequences: [reflections],
      reverse: true, // the last reflection is the first to meet the identity
    },
  )
  return carry[0]
}

interface Factors {
  readonly q: Value
  readonly r: Value
  readonly ofQ: Value
  readonly ofR: Value
}

/** (dQ + Q sym(R dRᵀ − dQᵀ Q)) R⁻ᵀ, sym copying the lower triangle to the upper. */
function gradientOfTall(gates: Gates, { q, r, ofQ, ofR }: Factors): Value {
  const upperOfR = gates.triu(ofR)
  const inner = gates.subtract(
    gates.matmul(r, swapped(gates, upperOfR)),
    gates.matmul(swapped(gates, ofQ), q),
  )
  const lower = gates.tril(inner)
  const strict = gates.tril(inner, -1)
  const symmetric = gates.add(lower, swapped(gates, strict))
  const both = gates.add(ofQ, gates.matmul(q, symmetric))
  return triangularSolve(r, both, { upper: true, transpose: true, left: false })
}
