import { defineGate, type Gates } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  asColumn,
  asRow,
  batched,
  isSquare,
  onDiagonal,
  rowsAt,
  rowsTo,
  swapped,
  underBatchOf,
} from './matrices.ts'
import { triangularSolve } from './triangular-solve.ts'

export interface LuFactor {
  <S extends Shape, D extends DType>(a: Value<S, D>): readonly [Value<S, D>, Value<Shape, 'i32'>]
}

/**
 * Gauss's elimination with partial pivoting: L and U in one matrix, L without its diagonal of ones,
 * and the order of the rows. Row i of L U is row `permutation[i]` of `a`; of rows with pivots of one
 * size the first is taken. A singular matrix has zeros on the diagonal of U.
 *
 * Shapes: a [..., n, n] → LU [..., n, n] and permutation [..., n], i32.
 * Throws: SHAPE where a is not square.
 * Source: PyTorch `linalg.lu_factor`, which lists the exchanges of rows instead of their order.
 *
 * @example
 * const [LU, permutation] = luFactor(a)
 */
export const luFactor: Gate<LuFactor> = defineGate<LuFactor, ['a']>({
  name: 'luFactor',
  operands: ['a'],
  role: 'mixer',
  constraints: { C1: isSquare({ a: 'f32[3, 2]' }) },
  outputTypes: ({ a }) => [
    a.type,
    Object.freeze({ shape: Object.freeze(a.shape.slice(0, -1)), dtype: 'i32' as const }),
  ],
  expand: ({ gates, a }) => {
    if (a.shape.at(-1) === 0) return [a, gates.zeros(a.shape.slice(0, -1), { dtype: 'i32' })]
    const { rows, factors, pivots } = eliminated(gates, batched(gates, a))
    const permutation = gates.transpose(pivots, [1, 0])
    const below = rowsAt(gates, gates.transpose(factors, [1, 2, 0]), permutation)
    const above = gates.triu(gates.transpose(rows, [1, 0, 2]))
    return [
      underBatchOf(gates, a, gates.add(below, above)),
      gates.reshape(permutation, a.shape.slice(0, -1)),
    ]
  },
  // With a fixed order of rows, dL and dU are the triangles of L⁻¹ P dA U⁻¹.
  backward: ({ gates, a, outputs, upstreams }) => {
    const [LU = a, permutation = a] = outputs
    const [upstream] = upstreams
    if (!upstream) return {}
    const [L, U] = [unitLower(gates, LU), gates.triu(LU)]
    const below = gates.matmul(swapped(gates, L), gates.tril(upstream, -1))
    const above = gates.matmul(gates.triu(upstream), swapped(gates, U))
    const inner = gates.add(gates.tril(below, -1), gates.triu(above))
    const left = triangularSolve(LU, inner, { upper: false, unitriangular: true, transpose: true })
    const both = triangularSolve(LU, left, { upper: true, transpose: true, left: false })
    return { a: movedBack(gates, both, permutation) }
  },
  equation: ({ a }) => String.raw`\operatorname{LU}(${a})`,
  downstream: ({ a, upstream }) =>
    String.raw`P^\top L^{-\top} (\operatorname{tril}_{-1}(L^\top g) + \operatorname{triu}(g U^\top)) U^{-\top}, \quad P ${a} = L U, \quad g = ${upstream}`,
  // Expected values: torch 1.13, torch.linalg.lu_factor, its pivots as the order of rows.
  samples: [
    {
      a: [
        [1, 2],
        [4, 2],
      ],
      output: [
        [
          [4, 2],
          [0.25, 1.5],
        ],
        [1, 0],
      ],
    },
    {
      a: [
        [
          [2, 1],
          [-1, 3],
        ],
        [
          [0, 0],
          [0, 0],
        ],
      ],
      output: [
        [
          [
            [2, 1],
            [-0.5, 3.5],
          ],
          [
            [0, 0],
            [0, 0],
          ],
        ],
        [
          [0, 1],
          [0, 1],
        ],
      ],
    },
  ],
})

/** L with its diagonal of ones. */
export function unitLower(gates: Gates, LU: Value): Value {
  return gates.where(onDiagonal(gates, LU), 1, gates.tril(LU, -1))
}

interface Factored {
  readonly LU: Value
  /** [..., n] */
  readonly permutation: Value
}

/** The x of a x = b, or of aᵀ x = b, where LU are the factors of a: two substitutions. */
export function solvedByFactors(
  gates: Gates,
  { LU, permutation }: Factored,
  b: Value,
  transpose: boolean,
): Value {
  const lower = { upper: false, unitriangular: true, transpose }
  const upper = { upper: true, transpose }
  if (transpose) {
    return movedBack(gates, triangularSolve(LU, triangularSolve(LU, b, upper), lower), permutation)
  }
  const moved = rowsAt(gates, batched(gates, b), placesOf(gates, permutation))
  return triangularSolve(LU, triangularSolve(LU, underBatchOf(gates, b, moved), lower), upper)
}

/** Pᵀ x: the rows of x where they stood before the elimination. */
function movedBack(gates: Gates, x: Value, permutation: Value): Value {
  const rows = rowsTo(gates, batched(gates, x), placesOf(gates, permutation))
  return underBatchOf(gates, x, rows)
}

function placesOf(gates: Gates, permutation: Value): Value {
  const { shape } = permutation
  return gates.reshape(permutation, [sizeOf(shape.slice(0, -1)), shape.at(-1) ?? 0])
}

/**
 * What elimination gives at each of its steps. Rows stay where they are: those that have been a
 * pivot's are left alone from then on.
 */
function eliminated(
  gates: Gates,
  matrix: Value,
): { readonly rows: Value; readonly factors: Value; readonly pivots: Value } {
  const [count = 0, size = 0] = matrix.shape
  const places = gates.iota([count, size], 1)
  const { outputs } = gates.scan(
    ([rest, isFree], [step]) => {
      const column = gates.take(rest, step, 2)
      const magnitude = gates.where(isFree, gates.abs(column), -1)
      const pivotAt = gates.argmax(magnitude, 1, { keepDims: true })
      const row = gates.reshape(rowsAt(gates, rest, pivotAt), [count, size])
      const pivot = gates.gather(column, pivotAt, 1)
      // A column of zeros has no pivot, and nothing to eliminate.
      const divisor = gates.where(gates.equal(pivot, 0), 1, pivot)
      const isLeft = gates.and(isFree, gates.notEqual(places, pivotAt))
      const factor = gates.where(isLeft, gates.divide(column, divisor), 0)
      const share = gates.multiply(asColumn(gates, factor), asRow(gates, row))
      return {
        carry: [gates.subtract(rest, share), isLeft],
        outputs: [row, factor, gates.reshape(pivotAt, [count])],
      }
    },
    {
      carry: [matrix, gates.broadcastTo(gates.constant(true), [count, size])],
      sequences: [gates.iota([size], 0)],
    },
  )
  return { rows: outputs[0], factors: outputs[1], pivots: outputs[2] }
}
