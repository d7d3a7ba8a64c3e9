import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { inverse } from './inverse.ts'
import { identityOf, isSquare } from './matrices.ts'

export interface MatrixPower {
  <S extends Shape, D extends DType>(a: Value<S, D>, exponent: number): Value<S, D>
}

/**
 * Each matrix multiplied with itself, `exponent` factors in all, by squaring; the inverse where the
 * exponent is negative, the identity where it is 0.
 *
 * Shapes: a [..., n, n] → the same.
 * Throws: SHAPE where a is not square; ATTRIBUTE for an exponent that is no whole number.
 * Source: PyTorch `linalg.matrix_power`.
 */
export const matrixPower: Gate<MatrixPower> = defineGate<
  MatrixPower,
  ['a'],
  { readonly exponent: number }
>({
  name: 'matrixPower',
  operands: ['a'],
  role: 'mixer',
  call: (a: Value, exponent: number) => ({ inputs: [a], attributes: { exponent } }),
  constraints: {
    C1: isSquare({ a: 'f32[3, 2]', with: [2] }),
    C2: {
      code: 'ATTRIBUTE',
      rule: 'exponent is a whole number',
      holds: ({ attributes: { exponent } }) =>
        Number.isSafeInteger(exponent) || `exponent cannot be ${exponent}`,
      fix: 'give 2 for a square; a root is none of its powers',
      broken: { a: 'f32[2, 2]', with: [0.5] },
    },
  },
  expand: ({ gates, a, attributes: { exponent } }) => {
    let square = exponent < 0 ? inverse(a) : a
    let product: Value | undefined
    for (let left = Math.abs(exponent); left > 0; left = Math.floor(left / 2)) {
      if (left % 2 === 1) product = product ? gates.matmul(product, square) : square
      if (left > 1) square = gates.matmul(square, square)
    }
    return product ?? identityOf(gates, a)
  },
  equation: ({ a, attributes: { exponent } }) => `${a}^{${exponent}}`,
  // Expected values: torch 1.13, torch.linalg.matrix_power.
  samples: [
    {
      a: [
        [1, 2],
        [3, 4],
      ],
      with: [5],
      output: [
        [1069, 1558],
        [2337, 3406],
      ],
    },
    { a: [[[2]], [[-4]]], with: [-2], output: [[[0.25]], [[0.0625]]] },
  ],
})
