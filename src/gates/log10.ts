import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    log10(): Value<S, D>
  }
}

/**
 * The logarithm to the base of 10, element by element, exact for powers of 10.
 * Source: PyTorch `log10`.
 */
export const log10: Gate<Unary> = defineGate({
  name: 'log10',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.log10(),
  backward: ({ gates, x, upstream }) => ({
    x: gates.divide(upstream, gates.multiply(x, Math.LN10)),
  }),
  equation: ({ x }) => String.raw`\log_{10}(${x})`,
  local: ({ x }) => String.raw`\frac{1}{${x} \log(10)}`,
  // Expected values: torch 1.13, torch.log10 in f64.
  samples: [
    {
      x: [0.25, 1, 8, 1000, 3],
      output: [-0.6020599913279624, 0, 0.9030899869919435, 3, 0.47712125471966244],
    },
    { x: [-1, 0, Infinity, Number.NaN], output: [Number.NaN, -Infinity, Infinity, Number.NaN] },
  ],
})
