import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    square(): Value<S, D>
  }
}

/**
 * x · x, element by element.
 * Source: PyTorch `square`.
 */
export const square: Gate<Unary> = defineGate({
  name: 'square',
  operands: ['x'],
  role: 'scaler',
  takes: 'numeric',
  element: ({ x }) => x.multiply(x),
  backward: ({ gates, x, upstream }) => ({ x: gates.multiply(upstream, gates.multiply(2, x)) }),
  equation: ({ x }) => String.raw`${x}^2`,
  local: ({ x }) => `2 ${x}`,
  // Expected values: torch 1.13, torch.square in f64.
  samples: [
    { x: [-4, -0.5, 1, 3], output: [16, 0.25, 1, 9] },
    { x: [-Infinity, -0, Infinity, Number.NaN], output: [Infinity, 0, Infinity, Number.NaN] },
  ],
})
