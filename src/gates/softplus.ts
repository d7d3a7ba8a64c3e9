import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Operand } from './broadcast.ts'
import { defineGate } from './define.ts'

export interface SoftplusOptions {
  /** How sharp the bend is. Default 1. */
  readonly beta?: number
  /** Above this beta · x the output is x. Default 20. */
  readonly threshold?: number
}

export interface Softplus {
  <S extends Shape, D extends DType>(x: Value<S, D>, options?: SoftplusOptions): Value<S, D>
  (x: number, options?: SoftplusOptions): Value<[], 'f32'>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    softplus(options?: SoftplusOptions): Value<S, D>
  }
}

interface SoftplusAttributes {
  readonly [name: string]: number
  readonly beta: number
  readonly threshold: number
}

/**
 * log(1 + exp(beta · x)) / beta, a smooth relu, element by element, and x where
 * beta · x > threshold.
 *
 * Throws: ATTRIBUTE unless beta is finite and not 0.
 * Source: PyTorch `softplus`.
 */
export const softplus: Gate<Softplus> = defineGate<Softplus, ['x'], SoftplusAttributes>({
  name: 'softplus',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  call: (x: Operand, { beta = 1, threshold = 20 }: SoftplusOptions = {}) => ({
    inputs: [x],
    attributes: { beta, threshold },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'beta is finite and not 0',
      holds: ({ attributes: { beta } }) =>
        (Number.isFinite(beta) && beta !== 0) || `beta ${beta} cannot divide`,
      fix: 'leave beta out for 1',
      broken: { x: 'f32[3]', with: [{ beta: 0 }] },
    },
    C2: {
      code: 'ATTRIBUTE',
      rule: 'threshold is a number',
      holds: ({ attributes: { threshold } }) => !Number.isNaN(threshold) || 'threshold is NaN',
      fix: 'leave threshold out for 20',
      broken: { x: 'f32[3]', with: [{ threshold: Number.NaN }] },
    },
  },
  element: ({ x, attributes: { beta, threshold } }) => {
    const scaled = x.multiply(beta)
    return scaled.greater(threshold).select(x, scaled.softplus().divide(beta))
  },
  backward: ({ gates, x, attributes: { beta, threshold }, upstream }) => {
    const scaled = beta === 1 ? x : gates.multiply(beta, x)
    const bent = gates.multiply(upstream, gates.sigmoid(scaled))
    return { x: gates.where(gates.greater(scaled, threshold), upstream, bent) }
  },
  equation: ({ x, attributes: { beta } }) =>
    beta === 1
      ? String.raw`\log(1 + \exp(${x}))`
      : String.raw`\frac{1}{${beta}} \log(1 + \exp(${beta} ${x}))`,
  local: ({ x, attributes: { beta } }) => String.raw`\sigma(${beta === 1 ? x : `${beta} ${x}`})`,
  samples: [
    {
      x: [-3, -1, 0.25, 0.5, 2],
      output: [
        0.04858735157374206, 0.31326168751822286, 0.8259394198788436, 0.9740769841801067,
        2.1269280110429727,
      ],
    },
    {
      x: [-1, 0, 1, 2],
      with: [{ beta: 2, threshold: 3 }],
      output: [0.06346400552148625, 0.34657359027997264, 1.0634640055214863, 2],
    },
    {
      x: [-2, 0.25, 3],
      with: [{ beta: -1 }],
      output: [-2.1269280110429727, -0.5759394198788436, -0.04858735157374206],
    },
    {
      x: [-1000, 25, 1000, -Infinity, Infinity, Number.NaN],
      output: [0, 25, 1000, 0, Infinity, Number.NaN],
    },
  ],
})
