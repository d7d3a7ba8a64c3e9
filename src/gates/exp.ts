import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    exp(): Value<S, D>
  }
}

/** e to the power of x, element by element. Source: NumPy `exp`. */
export const exp: Gate<Unary> = defineGate({
  name: 'exp',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.exp(),
  backward: ({ gates, output, upstream }) => ({ x: gates.multiply(upstream, output) }),
  equation: ({ x }) => String.raw`\exp(${x})`,
  local: ({ output }) => output,
  samples: [
    {
      x: [-2, -0.5, 0, 1.5, 3.5],
      output: [0.1353352832366127, 0.6065306597126334, 1, 4.4816890703380645, 33.11545195869231],
    },
    { x: [-Infinity, Infinity, Number.NaN], output: [0, Infinity, Number.NaN] },
  ],
})
