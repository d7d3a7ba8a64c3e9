import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Operand } from './broadcast.ts'
import { defineGate } from './define.ts'

export interface EluOptions {
  /** Far below 0 the output goes to −alpha. Default 1. */
  readonly alpha?: number
}

export interface Elu {
  <S extends Shape, D extends DType>(x: Value<S, D>, options?: EluOptions): Value<S, D>
  (x: number, options?: EluOptions): Value<[], 'f32'>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    elu(options?: EluOptions): Value<S, D>
  }
}

interface EluAttributes {
  readonly [name: string]: number
  readonly alpha: number
}

/**
 * x where it is above 0, else alpha · (exp(x) − 1), element by element. Its derivative at 0 is alpha,
 * as PyTorch has it.
 *
 * Throws: ATTRIBUTE unless alpha is finite.
 * Source: PyTorch `elu`.
 */
export const elu: Gate<Elu> = defineGate<Elu, ['x'], EluAttributes>({
  name: 'elu',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  call: (x: Operand, { alpha = 1 }: EluOptions = {}) => ({ inputs: [x], attributes: { alpha } }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'alpha is finite',
      holds: ({ attributes: { alpha } }) => Number.isFinite(alpha) || `alpha is ${alpha}`,
      fix: 'leave it out for 1',
      broken: { x: 'f32[3]', with: [{ alpha: Number.NaN }] },
    },
  },
  element: ({ x, attributes: { alpha } }) => x.greater(0).select(x, x.expm1().multiply(alpha)),
  backward: ({ gates, x, attributes: { alpha }, upstream }) => {
    // Clamped: where x is large, exp would be ∞, and 0 · ∞ in the second derivative NaN.
    const slope = gates.multiply(alpha, gates.exp(gates.clamp(x, -Infinity, 0)))
    const bent = gates.multiply(upstream, slope)
    return { x: gates.where(gates.greater(x, 0), upstream, bent) }
  },
  equation: ({ x, attributes: { alpha } }) => {
    const scale = alpha === 1 ? '' : String.raw`${alpha} \cdot `
    return String.raw`\max(${x}, 0) + ${scale}(\exp(\min(${x}, 0)) - 1)`
  },
  local: ({ x, attributes: { alpha } }) => {
    const scale = alpha === 1 ? '' : String.raw`${alpha} \cdot `
    return String.raw`[${x} > 0] + ${scale}[${x} \le 0] \odot \exp(${x})`
  },
  // Expected values: PyTorch 1.13 in f64.
  samples: [
    {
      x: [-3, -1, -0.25, 0.5, 2],
      output: [-0.950212931632136, -0.6321205588285577, -0.22119921692859515, 0.5, 2],
    },
    {
      x: [-3, -1, -0.25, 0.5, 2],
      with: [{ alpha: 0.5 }],
      output: [-0.475106465816068, -0.31606027941427883, -0.11059960846429757, 0.5, 2],
    },
    {
      x: [-1000, 0, 1000, -Infinity, Infinity, Number.NaN],
      output: [-1, 0, 1000, -1, Infinity, Number.NaN],
    },
  ],
})
