import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { elimination } from './determinant.ts'
import { solvedByFactors } from './lu-factor.ts'
import { asColumn, identityOf, isSquare, onDiagonal } from './matrices.ts'

export interface Det {
  <D extends DType>(a: Value<Shape, D>): Value<Shape, D>
}

/**
 * The determinant of each matrix: the product of the pivots of its elimination. Its gradient is the
 * matrix of cofactors, of a singular matrix too. For a large matrix, whose determinant may overflow,
 * take `slogdet`.
 *
 * Shapes: a [..., n, n] → [...].
 * Throws: SHAPE where a is not square.
 * Source: PyTorch `linalg.det`.
 */
export const det: Gate<Det> = defineGate<Det, ['a']>({
  name: 'det',
  operands: ['a'],
  role: 'mixer',
  constraints: { C1: isSquare({ a: 'f32[3, 2]' }) },
  shape: ({ a }) => a.slice(0, -2),
  expand: ({ gates, a }) => {
    const { pivots, sign } = elimination(gates, a)
    return gates.multiply(sign, gates.prod(pivots, -1))
  },
  // The cofactors are polynomials: a pivot that is 0 is moved a little, which moves them as little,
  // and then they are det(a) a⁻ᵀ.
  backward: ({ gates, a, upstream }) => {
    const { LU, permutation, pivots, sign } = elimination(gates, a)
    const size = a.shape.at(-1) ?? 0
    if (size === 0) return { a: gates.zerosLike(a) }
    const largest = gates.max(gates.abs(pivots), -1, { keepDims: true })
    const little = gates.multiply(gates.where(gates.equal(largest, 0), 1, largest), 2 ** -52)
    const moved = gates.where(gates.equal(pivots, 0), gates.stopGradient(little), pivots)
    const factors = gates.where(onDiagonal(gates, LU), asColumn(gates, moved), LU)
    const scale = gates.multiply(gates.multiply(upstream, sign), gates.prod(moved, -1))
    const columns = gates.multiply(
      identityOf(gates, a),
      gates.reshape(scale, [...scale.shape, 1, 1]),
    )
    return { a: solvedByFactors(gates, { LU: factors, permutation }, columns, true) }
  },
  equation: ({ a }) => String.raw`\det(${a})`,
  downstream: ({ a, output, upstream }) =>
    String.raw`${upstream} \cdot ${output} \cdot ${a}^{-\top}`,
  // Expected values: torch 1.13, torch.linalg.det.
  samples: [
    {
      a: [
        [1, 2],
        [4, 3],
      ],
      output: -5,
    },
    {
      a: [
        [
          [2, 1],
          [6, 4],
        ],
        [
          [1, 2],
          [2, 4],
        ],
      ],
      output: [2, 0],
    },
  ],
})
