import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    sqrt(): Value<S, D>
  }
}

/**
 * Square root, element by element: NaN below 0. Its derivative at 0 is infinite, as PyTorch has it.
 * Source: NumPy `sqrt`.
 */
export const sqrt: Gate<Unary> = defineGate({
  name: 'sqrt',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.sqrt(),
  backward: ({ gates, output, upstream }) => ({
    x: gates.divide(upstream, gates.multiply(2, output)),
  }),
  equation: ({ x }) => String.raw`\sqrt{${x}}`,
  local: ({ output }) => String.raw`\frac{1}{2 ${output}}`,
  samples: [
    { x: [0.25, 1, 3, 9], output: [0.5, 1, 1.7320508075688772, 3] },
    { x: [-1, 0, Infinity, Number.NaN], output: [Number.NaN, 0, Infinity, Number.NaN] },
  ],
})
