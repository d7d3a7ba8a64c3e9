import { Expression } from '../ir/expression.ts'
import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    rsqrt(): Value<S, D>
  }
}

/**
 * 1 / √x, element by element: NaN below 0.
 * Source: PyTorch `rsqrt`.
 */
export const rsqrt: Gate<Unary> = defineGate({
  name: 'rsqrt',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => Expression.literal(1).divide(x.sqrt()),
  backward: ({ gates, output, upstream }) => ({
    x: gates.multiply(upstream, gates.multiply(-0.5, gates.multiply(output, gates.square(output)))),
  }),
  equation: ({ x }) => String.raw`\frac{1}{\sqrt{${x}}}`,
  local: ({ output }) => String.raw`-\frac{1}{2} ${output}^3`,
  // Expected values: torch 1.13, torch.rsqrt in f64.
  samples: [
    { x: [0.25, 1, 3, 9], output: [2, 1, 0.5773502691896258, 0.3333333333333333] },
    { x: [-1, 0, Infinity, Number.NaN], output: [Number.NaN, Infinity, 0, Number.NaN] },
  ],
})
