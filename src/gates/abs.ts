import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    abs(): Value<S, D>
  }
}

/**
 * Magnitude, element by element. Its derivative at 0 is 0, as PyTorch has it.
 * Source: NumPy `absolute`.
 */
export const abs: Gate<Unary> = defineGate({
  name: 'abs',
  operands: ['x'],
  role: 'scaler',
  takes: 'signed',
  element: ({ x }) => x.abs(),
  backward: ({ gates, x, upstream }) => ({ x: gates.multiply(upstream, gates.sign(x)) }),
  equation: ({ x }) => String.raw`\lvert ${x} \rvert`,
  local: ({ x }) => String.raw`\operatorname{sign}(${x})`,
  samples: [
    { x: [-1.5, 0, 2], output: [1.5, 0, 2] },
    { x: [-Infinity, -0, Number.NaN], output: [Infinity, 0, Number.NaN] },
  ],
})
