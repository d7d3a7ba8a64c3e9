import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    erf(): Value<S, D>
  }
}

/** The error function, element by element. Source: PyTorch `erf`. */
export const erf: Gate<Unary> = defineGate({
  name: 'erf',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.erf(),
  backward: ({ gates, x, upstream }) => ({
    x: gates.multiply(
      upstream,
      gates.multiply(twoOverSqrtPi, gates.exp(gates.negate(gates.multiply(x, x)))),
    ),
  }),
  local: ({ x }) => String.raw`\frac{2}{\sqrt{\pi}} \exp(-${x}^2)`,
  samples: [
    {
      x: [-1.5, -0.1, 0, 0.5, 2],
      output: [-0.9661051464753108, -0.1124629160182849, 0, 0.5204998778130465, 0.9953222650189527],
    },
    { x: [-Infinity, Infinity, Number.NaN], output: [-1, 1, Number.NaN] },
  ],
})

const twoOverSqrtPi = 2 / Math.sqrt(Math.PI)
