import { Expression } from '../ir/expression.ts'
import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    reciprocal(): Value<S, D>
  }
}

/**
 * 1 / x, element by element.
 * Source: PyTorch `reciprocal`.
 */
export const reciprocal: Gate<Unary> = defineGate({
  name: 'reciprocal',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => Expression.literal(1).divide(x),
  backward: ({ gates, output, upstream }) => ({
    x: gates.negate(gates.multiply(upstream, gates.square(output))),
  }),
  equation: ({ x }) => String.raw`\frac{1}{${x}}`,
  local: ({ output }) => `-${output}^2`,
  // Expected values: torch 1.13, torch.reciprocal in f64.
  samples: [
    { x: [-4, -0.5, 1, 3], output: [-0.25, -2, 1, 0.3333333333333333] },
    {
      x: [-Infinity, -0, 0, Infinity, Number.NaN],
      output: [-0, -Infinity, Infinity, 0, Number.NaN],
    },
  ],
})
