import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    log(): Value<S, D>
  }
}

/** Natural logarithm, element by element: -∞ at 0, NaN below. Source: NumPy `log`. */
export const log: Gate<Unary> = defineGate({
  name: 'log',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.log(),
  backward: ({ gates, x, upstream }) => ({ x: gates.divide(upstream, x) }),
  equation: ({ x }) => String.raw`\log(${x})`,
  local: ({ x }) => String.raw`\frac{1}{${x}}`,
  samples: [
    {
      x: [0.25, 1, 3, 12],
      output: [-1.3862943611198906, 0, 1.0986122886681098, 2.4849066497880004],
    },
    { x: [-1, 0, Infinity, Number.NaN], output: [Number.NaN, -Infinity, Infinity, Number.NaN] },
  ],
})
