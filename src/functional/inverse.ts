import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { identityOf, isSquare, swapped } from './matrices.ts'
import { solve } from './solve.ts'

export interface Inverse {
  <S extends Shape, D extends DType>(a: Value<S, D>): Value<S, D>
}

/**
 * The inverse of each matrix; `solve` is faster and more accurate where the inverse is multiplied
 * with something. A singular matrix gives infinities or NaN.
 *
 * Shapes: a [..., n, n] → the same.
 * Throws: SHAPE where a is not square.
 * Source: PyTorch `linalg.inv`.
 */
export const inverse: Gate<Inverse> = defineGate<Inverse, ['a']>({
  name: 'inverse',
  operands: ['a'],
  role: 'mixer',
  constraints: { C1: isSquare({ a: 'f32[3, 2]' }) },
  expand: ({ gates, a }) => solve(a, identityOf(gates, a)),
  backward: ({ gates, output, upstream }) => {
    const turned = swapped(gates, output)
    return { a: gates.negate(gates.matmul(gates.matmul(turned, upstream), turned)) }
  },
  equation: ({ a }) => `${a}^{-1}`,
  downstream: ({ output, upstream }) => String.raw`-${output}^\top ${upstream} ${output}^\top`,
  // Expected values: torch 1.13, torch.linalg.inv.
  samples: [
    {
      a: [
        [2, 1],
        [6, 4],
      ],
      output: [
        [2, -0.5],
        [-3, 1],
      ],
    },
    { a: [[[4]], [[-2]]], output: [[[0.25]], [[-0.5]]] },
  ],
})
