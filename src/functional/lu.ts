import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { luFactor, unitLower } from './lu-factor.ts'
import { asRow, isSquare } from './matrices.ts'

export interface Lu {
  <S extends Shape, D extends DType>(
    a: Value<S, D>,
  ): readonly [p: Value<S, D>, l: Value<S, D>, u: Value<S, D>]
}

/**
 * P, L and U with P L U = a: an exchange of rows, a lower triangle with ones on its diagonal, and an
 * upper one, by elimination with partial pivoting. No gradient passes through P.
 *
 * Shapes: a [..., n, n] → three of the same.
 * Throws: SHAPE where a is not square.
 * Source: PyTorch `linalg.lu`.
 */
export const lu: Gate<Lu> = defineGate<Lu, ['a']>({
  name: 'lu',
  operands: ['a'],
  role: 'mixer',
  constraints: { C1: isSquare({ a: 'f32[3, 2]' }) },
  outputTypes: ({ a }) => [a.type, a.type, a.type],
  expand: ({ gates, a }) => {
    const [LU, permutation] = luFactor(a)
    const row = gates.iota(a.shape, a.shape.length - 2)
    const p = gates.cast(gates.equal(row, asRow(gates, permutation)), a.dtype)
    return [p, unitLower(gates, LU), gates.triu(LU)]
  },
  equation: ({ a }) => String.raw`\operatorname{lu}(${a})`,
  // Expected values: torch 1.13, torch.linalg.lu.
  samples: [
    {
      a: [
        [1, 2],
        [4, 2],
      ],
      output: [
        [
          [0, 1],
          [1, 0],
        ],
        [
          [1, 0],
          [0.25, 1],
        ],
        [
          [4, 2],
          [0, 1.5],
        ],
      ],
    },
  ],
})
