import type { Operand } from '../gates/broadcast.ts'
import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface HardtanhOptions {
  /** Default −1. */
  readonly min?: number
  /** Default 1. */
  readonly max?: number
}

export interface Hardtanh {
  <S extends Shape, D extends DType>(x: Value<S, D>, options?: HardtanhOptions): Value<S, D>
  (x: number, options?: HardtanhOptions): Value<[], 'f32'>
}

interface HardtanhAttributes {
  readonly [name: string]: number
  readonly min: number
  readonly max: number
}

/**
 * x brought between `min` and `max`, element by element; at both no gradient passes, unlike that of
 * `clamp`.
 *
 * Throws: ATTRIBUTE unless min < max.
 * Source: PyTorch `hardtanh`.
 */
export const hardtanh: Gate<Hardtanh> = defineGate<Hardtanh, ['x'], HardtanhAttributes>({
  name: 'hardtanh',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  call: (x: Operand, { min = -1, max = 1 }: HardtanhOptions = {}) => ({
    inputs: [x],
    attributes: { min, max },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'min is below max',
      holds: ({ attributes: { min, max } }) => min < max || `min ${min} is not below max ${max}`,
      fix: 'leave both out for −1 and 1',
      broken: { x: 'f32[3]', with: [{ min: 2 }] },
    },
  },
  element: ({ x, attributes: { min, max } }) => x.maximum(min).minimum(max),
  backward: ({ gates, x, attributes: { min, max }, upstream }) => {
    const isInside = gates.and(gates.greater(x, min), gates.less(x, max))
    return { x: gates.where(isInside, upstream, 0) }
  },
  equation: ({ x, attributes: { min, max } }) => String.raw`\min(\max(${x}, ${min}), ${max})`,
  local: ({ x, attributes: { min, max } }) => `[${min} < ${x} < ${max}]`,
  // Expected values: torch 1.13, torch.nn.functional.hardtanh in f64.
  samples: [
    { x: [-4, -1.5, -0.25, 0.5, 2, 5], output: [-1, -1, -0.25, 0.5, 1, 1] },
    {
      x: [-4, -1.5, -0.25, 0.5, 2, 5],
      with: [{ min: -2, max: 3 }],
      output: [-2, -1.5, -0.25, 0.5, 2, 3],
    },
    { x: [-Infinity, Infinity, Number.NaN], output: [-1, 1, Number.NaN] },
  ],
})
