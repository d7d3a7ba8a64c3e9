import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    cos(): Value<S, D>
  }
}

/** Cosine of an angle in radians, element by element. Source: NumPy `cos`. */
export const cos: Gate<Unary> = defineGate({
  name: 'cos',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.cos(),
  backward: ({ gates, x, upstream }) => ({
    x: gates.multiply(upstream, gates.negate(gates.sin(x))),
  }),
  equation: ({ x }) => String.raw`\cos(${x})`,
  local: ({ x }) => String.raw`-\sin(${x})`,
  samples: [
    {
      x: [-1.5, 0, 0.5, 3],
      output: [0.0707372016677029, 1, 0.8775825618903728, -0.9899924966004454],
    },
    { x: [-Infinity, Infinity, Number.NaN], output: [Number.NaN, Number.NaN, Number.NaN] },
  ],
})
