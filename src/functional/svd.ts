import { defineGate, type Gates } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { orthogonalRows } from './jacobi.ts'
import {
  asColumn,
  asRow,
  batched,
  columnsOf,
  diagonalOf,
  identityOf,
  isMatrix,
  measured,
  onDiagonal,
  rowsAt,
  sizesOf,
  swapped,
  underBatchOf,
} from './matrices.ts'
import { qr } from './qr.ts'

export interface Svd {
  <D extends DType>(
    a: Value<Shape, D>,
  ): readonly [u: Value<Shape, D>, s: Value<Shape, D>, vTransposed: Value<Shape, D>]
}

/**
 * U, the singular values s in descending order, and Vᵀ: U diag(s) Vᵀ = a, with orthonormal columns
 * in U and V, those that belong to a singular value of 0 too. The singular values always have a
 * gradient; U and V have none that is finite where two singular values are equal or, unless a is
 * square, one is 0. Pairs of vectors are determined up to their sign: only what does not depend on
 * it can be compared between machines.
 *
 * Shapes: a [..., m, n] → U [..., m, k], s [..., k] and Vᵀ [..., k, n], k the smaller of m and n.
 * Throws: SHAPE where a is no matrix.
 * Source: PyTorch `linalg.svd` with `full_matrices=False`; one-sided Jacobi as in Drmač and Veselić 2008.
 */
export const svd: Gate<Svd> = defineGate<Svd, ['a']>({
  name: 'svd',
  operands: ['a'],
  role: 'mixer',
  constraints: { C1: isMatrix({ a: 'f32[3]' }) },
  outputTypes: ({ a: { shape, dtype } }) => {
    const batch = shape.slice(0, -2)
    const [rows, columns] = sizesOf({ shape })
    const rank = Math.min(rows, columns)
    const shapes = [
      [...batch, rows, rank],
      [...batch, rank],
      [...batch, rank, columns],
    ]
    return shapes.map((own) => Object.freeze({ shape: Object.freeze(own), dtype }))
  },
  expand: ({ gates, a }) => {
    const [rows, columns] = sizesOf(a)
    const isWide = rows < columns
    const { u, s, v } = decomposed(gates, batched(gates, isWide ? swapped(gates, a) : a))
    const [left, right] = isWide ? [v, u] : [u, v]
    return [
      underBatchOf(gates, a, left),
      underBatchOf(gates, a, s),
      underBatchOf(gates, a, swapped(gates, right)),
    ]
  },
  backward: ({ gates, a, outputs, upstreams }) => {
    const [u = a, s = a, vT = a] = outputs
    const [ofU, ofS, ofVT] = upstreams
    const v = swapped(gates, vT)
    const [alongRows, alongColumns] = [asColumn(gates, s), asRow(gates, s)]
    // What turns the vectors among themselves, between U and Vᵀ; then what leads out of their spans.
    const inner = [
      ofU && gates.multiply(turning(gates, u, ofU, s), alongColumns),
      ofVT && gates.multiply(alongRows, turning(gates, v, swapped(gates, ofVT), s)),
      ofS && gates.where(onDiagonal(gates, gates.matmul(vT, v)), asColumn(gates, ofS), 0),
    ].filter((part) => part !== undefined)
    const within = inner.reduce<Value>(
      (sum, part) => gates.add(sum, part),
      gates.constant(0, { dtype: a.dtype === 'f64' ? 'f64' : 'f32' }),
    )
    const [rows, columns] = sizesOf(a)
    const parts = [gates.matmul(gates.matmul(u, within), vT)]
    if (ofU && rows > columns) {
      parts.push(gates.matmul(gates.divide(beyond(gates, u, ofU), alongColumns), vT))
    }
    if (ofVT && columns > rows) {
      const out = gates.divide(beyond(gates, v, swapped(gates, ofVT)), alongColumns)
      parts.push(gates.matmul(u, swapped(gates, out)))
    }
    return { a: parts.reduce((sum, part) => gates.add(sum, part)) }
  },
  equation: ({ a }) => String.raw`\operatorname{SVD}(${a})`,
  downstream: ({ upstream }) =>
    String.raw`U ((E \odot \operatorname{skew}(U^\top g_U)) S + S (E \odot \operatorname{skew}(V^\top g_V)) + \operatorname{diag}(g_s)) V^\top, \quad g = ${upstream}, \quad E_{ij} = \frac{1}{s_j^2 - s_i^2}`,
  // Expected values: NumPy 1.24, linalg.svd; the signs are this algorithm's.
  samples: [
    {
      a: [
        [3, 0],
        [4, 5],
      ],
      output: [
        [
          [-0.31622776601683794, -0.9486832980505138],
          [-0.9486832980505138, 0.31622776601683794],
        ],
        [6.708203932499369, 2.23606797749979],
        [
          [-0.7071067811865476, -0.7071067811865476],
          [-0.7071067811865476, 0.7071067811865476],
        ],
      ],
    },
    {
      a: [
        [[3], [4]],
        [[0], [0]],
      ],
      output: [
        [
          [[-0.6], [-0.8]],
          [[1], [0]],
        ],
        [[5], [0]],
        [[[-1]], [[1]]],
      ],
    },
    { a: [[0, -2]], output: [[[-1]], [2], [[0, 1]]] },
  ],
})

interface Decomposition {
  readonly u: Value
  readonly s: Value
  readonly v: Value
}

/** Of [batch, m, n], m ≥ n: a = Q R; J R has orthogonal rows Σ Vᵀ, so R = Jᵀ Σ Vᵀ and U = Q Jᵀ. */
function decomposed(gates: Gates, a: Value): Decomposition {
  const [, size] = sizesOf(a)
  const scale = measured(gates, a)
  const [q, r] = qr(gates.divide(a, scale))
  const turned = orthogonalRows(gates, gates.concat([r, identityOf(gates, r)], -1), size)
  const rows = columnsOf(gates, turned, 0, size)
  const squares = gates.sum(gates.multiply(rows, rows), -1)
  const ordered =
    size === 0 ? turned : rowsAt(gates, turned, gates.argsort(squares, -1, { descending: true }))
  // A QR of what are orthogonal columns already makes unit vectors of them, and finds others where
  // there is nothing left but zeros and rounding.
  const [v, nearDiagonal] = qr(swapped(gates, columnsOf(gates, ordered, 0, size)))
  const signed = diagonalOf(gates, nearDiagonal)
  const signs = gates.where(
    gates.less(signed, 0),
    -1,
    gates.cast(gates.full(signed.shape, 1), a.dtype),
  )
  return {
    u: gates.matmul(q, swapped(gates, columnsOf(gates, ordered, size, 2 * size))),
    s: gates.multiply(gates.abs(signed), gates.reshape(scale, [a.shape[0] ?? 0, 1])),
    v: gates.multiply(v, asRow(gates, signs)),
  }
}

/** skew(Wᵀ dW) / E, E = s_j² − s_i². */
function turning(gates: Gates, vectors: Value, upstream: Value, s: Value): Value {
  const product = gates.matmul(swapped(gates, vectors), upstream)
  const skew = gates.subtract(product, swapped(gates, product))
  const [own, other] = [asColumn(gates, s), asRow(gates, s)]
  // As a product, no square of a large or a small number stands alone.
  const gap = gates.multiply(gates.subtract(other, own), gates.add(other, own))
  const isSame = onDiagonal(gates, product)
  return gates.where(isSame, 0, gates.divide(skew, gates.where(isSame, 1, gap)))
}

/** What of an upstream lies outside the span of the vectors. */
function beyond(gates: Gates, vectors: Value, upstream: Value): Value {
  const inside = gates.matmul(vectors, gates.matmul(swapped(gates, vectors), upstream))
  return gates.subtract(upstream, inside)
}
