import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    exp2(): Value<S, D>
  }
}

/**
 * 2 to the power of x, element by element, exact for whole x.
 * Source: PyTorch `exp2`.
 */
export const exp2: Gate<Unary> = defineGate({
  name: 'exp2',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.exp2(),
  backward: ({ gates, output, upstream }) => ({
    x: gates.multiply(upstream, gates.multiply(output, Math.LN2)),
  }),
  equation: ({ x }) => String.raw`2^{${x}}`,
  local: ({ output }) => String.raw`${output} \log(2)`,
  // Expected values: torch 1.13, torch.exp2 in f64.
  samples: [
    { x: [-1.5, -1, 0, 0.5, 10], output: [0.3535533905932738, 0.5, 1, 1.4142135623730951, 1024] },
    { x: [-Infinity, 1024, Infinity, Number.NaN], output: [0, Infinity, Infinity, Number.NaN] },
  ],
})
