import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Operand } from './broadcast.ts'
import { defineGate } from './define.ts'

export interface LeakyReluOptions {
  /** How much of what is below 0 passes. Default 0.01. */
  readonly negativeSlope?: number
}

export interface LeakyRelu {
  <S extends Shape, D extends DType>(x: Value<S, D>, options?: LeakyReluOptions): Value<S, D>
  (x: number, options?: LeakyReluOptions): Value<[], 'f32'>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    leakyRelu(options?: LeakyReluOptions): Value<S, D>
  }
}

interface LeakyReluAttributes {
  readonly [name: string]: number
  readonly negativeSlope: number
}

/**
 * x where it is above 0, else negativeSlope · x, element by element. Its derivative at 0 is the
 * slope, as PyTorch has it.
 *
 * Throws: ATTRIBUTE unless the slope is finite.
 * Source: PyTorch `leaky_relu`.
 */
export const leakyRelu: Gate<LeakyRelu> = defineGate<LeakyRelu, ['x'], LeakyReluAttributes>({
  name: 'leakyRelu',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  call: (x: Operand, { negativeSlope = 0.01 }: LeakyReluOptions = {}) => ({
    inputs: [x],
    attributes: { negativeSlope },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'negativeSlope is finite',
      holds: ({ attributes: { negativeSlope } }) =>
        Number.isFinite(negativeSlope) || `negativeSlope is ${negativeSlope}`,
      fix: 'leave it out for 0.01',
      broken: { x: 'f32[3]', with: [{ negativeSlope: Infinity }] },
    },
  },
  element: ({ x, attributes: { negativeSlope } }) =>
    x.greater(0).select(x, x.multiply(negativeSlope)),
  backward: ({ gates, x, attributes: { negativeSlope }, upstream }) => ({
    x: gates.where(gates.greater(x, 0), upstream, gates.multiply(negativeSlope, upstream)),
  }),
  equation: ({ x, attributes: { negativeSlope } }) =>
    String.raw`\max(${x}, 0) + ${negativeSlope} \min(${x}, 0)`,
  local: ({ x, attributes: { negativeSlope } }) =>
    String.raw`[${x} > 0] + ${negativeSlope} [${x} \le 0]`,
  // Expected values: PyTorch 1.13 in f64.
  samples: [
    { x: [-3, -1, -0.25, 0.5, 2], output: [-0.03, -0.01, -0.0025, 0.5, 2] },
    {
      x: [-3, -1, -0.25, 0.5, 2],
      with: [{ negativeSlope: 0.2 }],
      output: [-0.6000000000000001, -0.2, -0.05, 0.5, 2],
    },
    { x: [-Infinity, 0, Infinity, Number.NaN], output: [-Infinity, 0, Infinity, Number.NaN] },
  ],
})
