import { defineGate, type Unary } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'

/** Scaled ELU, which keeps mean 0 and variance 1: 1.0507 · (x, or 1.6733 (exp(x) − 1) below 0). Source: PyTorch `selu`. */
export const selu: Gate<Unary> = defineGate({
  name: 'selu',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  element: ({ x }) => x.greater(0).select(x, x.expm1().multiply(alpha)).multiply(scale),
  backward: ({ gates, x, upstream }) => {
    // Clamped: where x is large, exp would be ∞, and 0 · ∞ in the second derivative NaN.
    const slope = gates.multiply(alpha, gates.exp(gates.clamp(x, -Infinity, 0)))
    const bent = gates.where(gates.greater(x, 0), 1, slope)
    return { x: gates.multiply(gates.multiply(scale, upstream), bent) }
  },
  equation: ({ x }) => String.raw`1.0507 (\max(${x}, 0) + 1.6733 (\exp(\min(${x}, 0)) - 1))`,
  local: ({ x }) => String.raw`1.0507 ([${x} > 0] + 1.6733 [${x} \le 0] \odot \exp(${x}))`,
  // Expected values: torch 1.13, torch.nn.functional.selu in f64.
  samples: [
    {
      x: [-4, -1.5, -0.25, 0.5, 2, 5],
      output: [
        -1.7258986281898945, -1.3658143533672527, -0.388890197478119, 0.5253504936777402,
        2.101401974710961, 5.253504936777402,
      ],
    },
    {
      x: [-Infinity, 0, Infinity, Number.NaN],
      output: [-1.7580993408473766, 0, Infinity, Number.NaN],
    },
  ],
})

const alpha = 1.6732632423543772
const scale = 1.0507009873554805
