import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    acos(): Value<S, D>
  }
}

/**
 * The angle in [0, π] whose cosine is x, element by element: NaN beyond ±1.
 * Source: PyTorch `acos`.
 */
export const acos: Gate<Unary> = defineGate({
  name: 'acos',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.negate().add(1).divide(x.add(1)).sqrt().atan().multiply(2),
  backward: ({ gates, x, upstream }) => ({
    x: gates.negate(
      gates.divide(upstream, gates.sqrt(gates.multiply(gates.subtract(1, x), gates.add(1, x)))),
    ),
  }),
  equation: ({ x }) => String.raw`\arccos(${x})`,
  local: ({ x }) => String.raw`-\frac{1}{\sqrt{1 - ${x}^2}}`,
  // Expected values: torch 1.13, torch.acos in f64.
  samples: [
    {
      x: [-0.9375, -0.25, 0, 0.5, 0.75],
      output: [
        2.7861714518995697, 1.8234765819369754, 1.5707963267948966, 1.0471975511965976,
        0.7227342478134156,
      ],
    },
    {
      x: [-2, -1, 1, Infinity, Number.NaN],
      output: [Number.NaN, 3.141592653589793, 0, Number.NaN, Number.NaN],
    },
  ],
})
