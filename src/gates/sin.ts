import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    sin(): Value<S, D>
  }
}

/** Sine of an angle in radians, element by element. Source: NumPy `sin`. */
export const sin: Gate<Unary> = defineGate({
  name: 'sin',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.sin(),
  backward: ({ gates, x, upstream }) => ({ x: gates.multiply(upstream, gates.cos(x)) }),
  equation: ({ x }) => String.raw`\sin(${x})`,
  local: ({ x }) => String.raw`\cos(${x})`,
  samples: [
    {
      x: [-1.5, 0, 0.5, 3],
      output: [-0.9974949866040544, 0, 0.479425538604203, 0.1411200080598672],
    },
    { x: [-Infinity, -0, Infinity, Number.NaN], output: [Number.NaN, -0, Number.NaN, Number.NaN] },
  ],
})
