import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    log2(): Value<S, D>
  }
}

/**
 * The logarithm to the base of 2, element by element, exact for powers of 2.
 * Source: PyTorch `log2`.
 */
export const log2: Gate<Unary> = defineGate({
  name: 'log2',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.log2(),
  backward: ({ gates, x, upstream }) => ({
    x: gates.divide(upstream, gates.multiply(x, Math.LN2)),
  }),
  equation: ({ x }) => String.raw`\log_{2}(${x})`,
  local: ({ x }) => String.raw`\frac{1}{${x} \log(2)}`,
  // Expected values: torch 1.13, torch.log2 in f64.
  samples: [
    { x: [0.25, 1, 8, 1000, 3], output: [-2, 0, 3, 9.965784284662087, 1.584962500721156] },
    { x: [-1, 0, Infinity, Number.NaN], output: [Number.NaN, -Infinity, Infinity, Number.NaN] },
  ],
})
