import type { Operand } from '../gates/broadcast.ts'
import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface CeluOptions {
  /** Far below 0 the output goes to −alpha. Default 1. */
  readonly alpha?: number
}

export interface Celu {
  <S extends Shape, D extends DType>(x: Value<S, D>, options?: CeluOptions): Value<S, D>
  (x: number, options?: CeluOptions): Value<[], 'f32'>
}

interface CeluAttributes {
  readonly [name: string]: number
  readonly alpha: number
}

/**
 * x where it is above 0, else alpha · (exp(x / alpha) − 1), element by element: its derivative has no
 * jump, whatever alpha is.
 *
 * Throws: ATTRIBUTE unless alpha is finite and above 0.
 * Source: PyTorch `celu`; Barron 2017.
 */
export const celu: Gate<Celu> = defineGate<Celu, ['x'], CeluAttributes>({
  name: 'celu',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  call: (x: Operand, { alpha = 1 }: CeluOptions = {}) => ({ inputs: [x], attributes: { alpha } }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'alpha is finite and above 0',
      holds: ({ attributes: { alpha } }) =>
        (Number.isFinite(alpha) && alpha > 0) || `alpha is ${alpha}`,
      fix: 'leave it out for 1',
      broken: { x: 'f32[3]', with: [{ alpha: 0 }] },
    },
  },
  element: ({ x, attributes: { alpha } }) =>
    x.greater(0).select(x, x.divide(alpha).expm1().multiply(alpha)),
  backward: ({ gates, x, attributes: { alpha }, upstream }) => {
    // Clamped: where x is large, exp would be ∞, and 0 · ∞ in the second derivative NaN.
    const slope = gates.exp(gates.divide(gates.clamp(x, -Infinity, 0), alpha))
    return { x: gates.where(gates.greater(x, 0), upstream, gates.multiply(upstream, slope)) }
  },
  equation: ({ x, attributes: { alpha } }) =>
    String.raw`\max(${x}, 0) + ${alpha} (\exp(\frac{\min(${x}, 0)}{${alpha}}) - 1)`,
  local: ({ x, attributes: { alpha } }) => String.raw`\exp(\frac{\min(${x}, 0)}{${alpha}})`,
  // Expected values: torch 1.13, torch.nn.functional.celu in f64.
  samples: [
    {
      x: [-4, -1.5, -0.25, 0.5, 2, 5],
      output: [-0.9816843611112658, -0.7768698398515702, -0.22119921692859512, 0.5, 2, 5],
    },
    {
      x: [-4, -1.5, -0.25, 0.5, 2, 5],
      with: [{ alpha: 0.5 }],
      output: [-0.49983226868604874, -0.475106465816068, -0.1967346701436833, 0.5, 2, 5],
    },
    { x: [-Infinity, 0, Infinity, Number.NaN], output: [-1, 0, Infinity, Number.NaN] },
  ],
})
