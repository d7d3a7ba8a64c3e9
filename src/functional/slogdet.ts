import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { elimination } from './determinant.ts'
import { inverse } from './inverse.ts'
import { isSquare, swapped } from './matrices.ts'

export interface Slogdet {
  <D extends DType>(
    a: Value<Shape, D>,
  ): readonly [sign: Value<Shape, D>, logabsdet: Value<Shape, D>]
}

/**
 * The sign of the determinant of each matrix, 1, −1 or 0, and the logarithm of its size, which does
 * not overflow; −Infinity where the matrix is singular. No gradient passes through the sign.
 *
 * Shapes: a [..., n, n] → two of [...].
 * Throws: SHAPE where a is not square.
 * Source: PyTorch `linalg.slogdet`.
 */
export const slogdet: Gate<Slogdet> = defineGate<Slogdet, ['a']>({
  name: 'slogdet',
  operands: ['a'],
  role: 'mixer',
  constraints: { C1: isSquare({ a: 'f32[3, 2]' }) },
  outputTypes: ({ a }) => {
    const type = Object.freeze({ shape: Object.freeze(a.shape.slice(0, -2)), dtype: a.dtype })
    return [type, type]
  },
  expand: ({ gates, a }) => {
    const { pivots, sign } = elimination(gates, a)
    const signs = gates.stopGradient(gates.sign(pivots))
    return [
      gates.multiply(sign, gates.prod(signs, -1)),
      gates.sum(gates.log(gates.abs(pivots)), -1),
    ]
  },
  backward: ({ gates, a, upstreams }) => {
    const [, upstream] = upstreams
    if (!upstream) return { a: gates.zerosLike(a) }
    const scale = gates.reshape(upstream, [...upstream.shape, 1, 1])
    return { a: gates.multiply(swapped(gates, inverse(a)), scale) }
  },
  equation: ({ a }) => String.raw`(\operatorname{sgn} \det ${a}, \ln |\det ${a}|)`,
  downstream: ({ a, upstream }) => String.raw`${upstream} \cdot ${a}^{-\top}`,
  // Expected values: torch 1.13, torch.linalg.slogdet.
  samples: [
    {
      a: [
        [1, 2],
        [4, 3],
      ],
      output: [-1, 1.6094379124341003],
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
      output: [
        [1, 0],
        [0.6931471805599453, Number.NEGATIVE_INFINITY],
      ],
    },
  ],
})
