import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    asin(): Value<S, D>
  }
}

/**
 * The angle in [−π/2, π/2] whose sine is x, element by element: NaN beyond ±1.
 * Source: PyTorch `asin`.
 */
export const asin: Gate<Unary> = defineGate({
  name: 'asin',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.divide(x.negate().add(1).multiply(x.add(1)).sqrt()).atan(),
  backward: ({ gates, x, upstream }) => ({
    x: gates.divide(upstream, gates.sqrt(gates.multiply(gates.subtract(1, x), gates.add(1, x)))),
  }),
  equation: ({ x }) => String.raw`\arcsin(${x})`,
  local: ({ x }) => String.raw`\frac{1}{\sqrt{1 - ${x}^2}}`,
  // Expected values: torch 1.13, torch.asin in f64.
  samples: [
    {
      x: [-0.9375, -0.25, 0.5, 0.75],
      output: [-1.2153751251046732, -0.25268025514207865, 0.5235987755982989, 0.848062078981481],
    },
    {
      x: [-2, -1, -0, 1, Infinity, Number.NaN],
      output: [Number.NaN, -1.5707963267948966, -0, 1.5707963267948966, Number.NaN, Number.NaN],
    },
  ],
})
