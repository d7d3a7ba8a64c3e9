import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Operand } from './broadcast.ts'
import { defineGate } from './define.ts'

export interface BiasCorrection {
  <S extends Shape, D extends DType>(steps: Value<S, D>, beta: number): Value<S, D>
  (steps: number, beta: number): Value<[], 'f32'>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    biasCorrection(beta: number): Value<S, D>
  }
}

interface BiasCorrectionAttributes {
  readonly [name: string]: number
  readonly beta: number
}

/**
 * 1 − betaᵗ for t steps, element by element: how much of a whole mean the running mean
 * m ← beta · m + (1 − beta) · x has that began with 0. All digits are right where betaᵗ is close to 1.
 *
 * Throws: ATTRIBUTE unless beta is 0 or more and below 1.
 * Source: Kingma and Ba, "Adam: a method for stochastic optimization".
 *
 * @example
 * const mean = running.divide(steps.biasCorrection(0.9))
 */
export const biasCorrection: Gate<BiasCorrection> = defineGate<
  BiasCorrection,
  ['steps'],
  BiasCorrectionAttributes
>({
  name: 'biasCorrection',
  operands: ['steps'],
  role: 'scaler',
  call: (steps: Operand, beta: number) => ({ inputs: [steps], attributes: { beta } }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'beta is 0 or more and below 1',
      holds: ({ attributes: { beta } }) => (beta >= 0 && beta < 1) || `beta is ${beta}`,
      fix: 'give how much of a running mean is kept, such as 0.9',
      broken: { steps: 'f32[2]', with: [1] },
    },
  },
  // Subtracted from 1, betaᵗ would lose in f32 all but four digits of what 0.999 leaves.
  element: ({ steps, attributes: { beta } }) =>
    beta === 0 ? steps.equal(0).select(0, 1) : steps.multiply(Math.log(beta)).expm1().negate(),
  backward: ({ gates, output, attributes: { beta }, upstream }) =>
    beta === 0
      ? {}
      : {
          steps: gates.multiply(
            upstream,
            gates.multiply(Math.log(beta), gates.subtract(output, 1)),
          ),
        },
  equation: ({ steps, attributes: { beta } }) => String.raw`1 - ${beta}^{${steps}}`,
  local: ({ steps, attributes: { beta } }) =>
    beta === 0 ? '0' : String.raw`-\log(${beta}) \cdot ${beta}^{${steps}}`,
  // Expected values: Python 3.11, -math.expm1(t * math.log(beta)).
  samples: [
    {
      steps: [1, 2, 10],
      with: [0.9],
      output: [0.09999999999999998, 0.18999999999999997, 0.6513215599],
    },
    {
      steps: [1, 3, 100_000],
      with: [0.999],
      output: [0.0010000000000000009, 0.002997001, 1],
    },
    { steps: [0, Infinity, Number.NaN], with: [0.5], output: [0, 1, Number.NaN] },
  ],
})
