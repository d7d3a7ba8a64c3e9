import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Operand } from './broadcast.ts'
import { defineGate } from './define.ts'

export interface RoundOptions {
  /** How many digits behind the point stay; below 0, how many before it become 0. Default 0. */
  readonly decimals?: number
}

export interface Round {
  <S extends Shape, D extends DType>(x: Value<S, D>, options?: RoundOptions): Value<S, D>
  (x: number, options?: RoundOptions): Value<[], 'f32'>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    round(options?: RoundOptions): Value<S, D>
  }
}

interface RoundAttributes {
  readonly [name: string]: number
  readonly decimals: number
}

/**
 * The nearest whole number, element by element, and of two the even one; an integer stays. No
 * gradient passes: the derivative is 0.
 *
 * Throws: ATTRIBUTE unless `decimals` is a whole number, and 0 for integers.
 * Source: PyTorch `round`.
 */
export const round: Gate<Round> = defineGate<Round, ['x'], RoundAttributes>({
  name: 'round',
  operands: ['x'],
  role: 'stop',
  takes: 'numeric',
  call: (x: Operand, { decimals = 0 }: RoundOptions = {}) => ({
    inputs: [x],
    attributes: { decimals },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'decimals is a whole number, and 0 for integers',
      holds: ({ x, attributes: { decimals } }) =>
        decimals === 0 ||
        (Number.isInteger(decimals) && (x.dtype === 'f32' || x.dtype === 'f64')) ||
        `decimals is ${decimals} for ${x.dtype}`,
      fix: 'leave it out for 0',
      broken: { x: 'f32[3]', with: [{ decimals: 0.5 }] },
    },
  },
  element: ({ x, attributes: { decimals } }) => {
    if (decimals === 0) return x.round()
    const scale = 10 ** Math.abs(decimals)
    return decimals > 0
      ? x.multiply(scale).round().divide(scale)
      : x.divide(scale).round().multiply(scale)
  },
  local: () => '0',
  // Expected values: torch 1.13, torch.round in f64.
  samples: [
    { x: [-2.5, -1.5, -0.5, 0.5, 1.5, 2.75], output: [-2, -2, -0, 0, 2, 3] },
    { x: [-1.25, 2.71875, 1234.5625], with: [{ decimals: 1 }], output: [-1.2, 2.7, 1234.6] },
    { x: [1234.5, -1250], with: [{ decimals: -2 }], output: [1200, -1200] },
    { x: [-Infinity, -0, Infinity, Number.NaN], output: [-Infinity, -0, Infinity, Number.NaN] },
  ],
})
