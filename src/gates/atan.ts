import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    atan(): Value<S, D>
  }
}

/**
 * The angle in (−π/2, π/2) whose tangent is x, element by element.
 * Source: PyTorch `atan`.
 */
export const atan: Gate<Unary> = defineGate({
  name: 'atan',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.atan(),
  backward: ({ gates, x, upstream }) => ({
    x: gates.divide(upstream, gates.add(1, gates.square(x))),
  }),
  equation: ({ x }) => String.raw`\arctan(${x})`,
  local: ({ x }) => String.raw`\frac{1}{1 + ${x}^2}`,
  // Expected values: torch 1.13, torch.atan in f64.
  samples: [
    {
      x: [-30, -1, 0.25, 0.65, 2],
      output: [
        -1.5374753309166493, -0.7853981633974483, 0.24497866312686414, 0.5763752205911837,
        1.1071487177940904,
      ],
    },
    {
      x: [-Infinity, -0, Infinity, Number.NaN],
      output: [-1.5707963267948966, -0, 1.5707963267948966, Number.NaN],
    },
  ],
})
