import type { Operand } from '../gates/broadcast.ts'
import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface Threshold {
  <S extends Shape, D extends DType>(x: Value<S, D>, threshold: number, value: number): Value<S, D>
  (x: number, threshold: number, value: number): Value<[], 'f32'>
}

interface ThresholdAttributes {
  readonly [name: string]: number
  readonly threshold: number
  readonly value: number
}

/**
 * x where it is above `threshold`, else `value`, element by element.
 *
 * Throws: ATTRIBUTE where one of them is NaN.
 * Source: PyTorch `threshold`.
 */
export const threshold: Gate<Threshold> = defineGate<Threshold, ['x'], ThresholdAttributes>({
  name: 'threshold',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  call: (x: Operand, threshold: number, value: number) => ({
    inputs: [x],
    attributes: { threshold, value },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'threshold and value are numbers',
      holds: ({ attributes: { threshold, value } }) =>
        !Number.isNaN(threshold + value) || `threshold is ${threshold}, value ${value}`,
      fix: 'give both: threshold(x, 0.1, 0)',
      broken: { x: 'f32[3]', with: [Number.NaN, 0] },
    },
  },
  element: ({ x, attributes: { threshold, value } }) => x.lessEqual(threshold).select(value, x),
  backward: ({ gates, x, attributes, upstream }) => ({
    x: gates.where(gates.lessEqual(x, attributes.threshold), 0, upstream),
  }),
  equation: ({ x, attributes: { threshold, value } }) =>
    String.raw`${x} \odot [${x} > ${threshold}] + ${value} [${x} \le ${threshold}]`,
  local: ({ x, attributes }) => `[${x} > ${attributes.threshold}]`,
  // Expected values: torch 1.13, torch.nn.functional.threshold in f64.
  samples: [
    { x: [-4, -1.5, -0.25, 0.5, 2, 5], with: [-1, -20], output: [-20, -20, -0.25, 0.5, 2, 5] },
    {
      x: [-Infinity, 0.25, Infinity, Number.NaN],
      with: [0.25, 3],
      output: [3, 3, Infinity, Number.NaN],
    },
  ],
})
