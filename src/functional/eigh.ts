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
  identityOf,
  isSquare,
  measured,
  onDiagonal,
  rowsAt,
  swapped,
  symmetricOf,
  underBatchOf,
} from './matrices.ts'

export interface Eigh {
  <D extends DType>(
    a: Value<Shape, D>,
  ): readonly [values: Value<Shape, D>, vectors: Value<Shape, D>]
}

/**
 * The eigenvalues of a symmetric `a`, in ascending order, and its orthonormal eigenvectors as the
 * columns of a matrix: a V = V diag(values). Of `a` the mean of a and aᵀ is taken, so that the
 * gradient is symmetric. The eigenvalues always have a gradient; the vectors have none that is
 * finite where two eigenvalues are equal. A vector is determined up to its sign: only what does not
 * depend on it can be compared between machines.
 *
 * Shapes: a [..., n, n] → values [..., n] and vectors [..., n, n].
 * Throws: SHAPE where a is not square.
 * Source: PyTorch `linalg.eigh`; one-sided Jacobi.
 */
export const eigh: Gate<Eigh> = defineGate<Eigh, ['a']>({
  name: 'eigh',
  operands: ['a'],
  role: 'mixer',
  constraints: { C1: isSquare({ a: 'f32[3, 2]' }) },
  outputTypes: ({ a }) => [
    Object.freeze({ shape: Object.freeze(a.shape.slice(0, -1)), dtype: a.dtype }),
    a.type,
  ],
  expand: ({ gates, a }) => {
    const { values, rows } = decomposed(gates, symmetricOf(gates, batched(gates, a)))
    return [underBatchOf(gates, a, values), underBatchOf(gates, a, swapped(gates, rows))]
  },
  backward: ({ gates, a, outputs, upstreams }) => {
    const [values = a, vectors = a] = outputs
    const [ofValues, ofVectors] = upstreams
    const turned = swapped(gates, vectors)
    const product = gates.matmul(turned, ofVectors ?? gates.zerosLike(vectors))
    const isSame = onDiagonal(gates, product)
    const gap = gates.subtract(asRow(gates, values), asColumn(gates, values))
    const turns = ofVectors ? gates.divide(product, gates.where(isSame, 1, gap)) : product
    const own = ofValues ? asColumn(gates, ofValues) : 0
    const inner = gates.where(isSame, own, turns)
    return { a: symmetricOf(gates, gates.matmul(gates.matmul(vectors, inner), turned)) }
  },
  equation: ({ a }) => String.raw`\operatorname{eigh}(${a})`,
  downstream: ({ upstream }) =>
    String.raw`\operatorname{sym}(V (\operatorname{diag}(g_\lambda) + E \odot (V^\top g_V)) V^\top), \quad g = ${upstream}, \quad E_{ij} = \frac{1}{\lambda_j - \lambda_i}`,
  // Expected values: NumPy 1.24, linalg.eigh; the signs are this algorithm's.
  samples: [
    {
      a: [
        [2, 1],
        [1, 2],
      ],
      output: [
        [1, 3],
        [
          [0.7071067811865476, 0.7071067811865476],
          [-0.7071067811865476, 0.7071067811865476],
        ],
      ],
    },
    {
      a: [[[-4]], [[0]]],
      output: [
        [[-4], [0]],
        [[[1]], [[1]]],
      ],
    },
  ],
})

/**
 * Of symmetric matrices [batch, n, n], brought to size 1 and moved along the diagonal until they are
 * positive definite with eigenvalues of a size: turned until its rows are orthogonal, such a matrix
 * has rows of eigenvalue times eigenvector, and none is 0.
 */
function decomposed(gates: Gates, a: Value): { readonly values: Value; readonly rows: Value } {
  const [count = 0, size = 0] = a.shape
  if (size === 0) return { values: gates.reshape(a, [count, 0]), rows: a }
  const keep = { keepDims: true }
  const scale = measured(gates, a)
  const unit = gates.divide(a, scale)
  // No eigenvalue is larger than the largest sum of a row's sizes.
  const bound = gates.stopGradient(gates.max(gates.sum(gates.abs(unit), -1, keep), -2, keep))
  const shift = gates.multiply(gates.where(gates.equal(bound, 0), 1, bound), 2)
  const moved = gates.add(unit, gates.multiply(identityOf(gates, a), shift))
  const turned = orthogonalRows(gates, moved, size)
  const length = gates.sqrt(gates.sum(gates.multiply(turned, turned), -1, keep))
  const vectors = gates.divide(turned, length)
  const products = gates.multiply(gates.matmul(vectors, unit), vectors)
  const values = gates.multiply(gates.sum(products, -1), gates.reshape(scale, [count, 1]))
  const order = gates.argsort(values)
  return {
    values: gates.gather(values, order, 1),
    rows: rowsAt(gates, vectors, order),
  }
}
