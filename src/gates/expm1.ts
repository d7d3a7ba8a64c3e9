import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    expm1(): Value<S, D>
  }
}

/** exp(x) - 1, element by element, exact for small x. Source: NumPy `expm1`. */
export const expm1: Gate<Unary> = defineGate({
  name: 'expm1',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.expm1(),
  // Not output + 1, which has lost its digits where the output is near -1.
  backward: ({ gates, x, upstream }) => ({ x: gates.multiply(upstream, gates.exp(x)) }),
  equation: ({ x }) => String.raw`\exp(${x}) - 1`,
  local: ({ x }) => String.raw`\exp(${x})`,
  samples: [
    {
      x: [-1.5, -1e-10, 0, 1, 3],
      output: [
        -0.7768698398515702, -9.999999999500001e-11, 0, 1.7182818284590453, 19.085536923187668,
      ],
    },
    { x: [-Infinity, -0, Infinity, Number.NaN], output: [-1, -0, Infinity, Number.NaN] },
  ],
})
