import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    erfc(): Value<S, D>
  }
}

/**
 * 1 − erf(x), element by element, without its cancellation where x is large.
 * Source: PyTorch `erfc`.
 */
export const erfc: Gate<Unary> = defineGate({
  name: 'erfc',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.erfc(),
  backward: ({ gates, x, upstream }) => ({
    x: gates.multiply(
      upstream,
      gates.multiply(-twoOverSqrtPi, gates.exp(gates.negate(gates.square(x)))),
    ),
  }),
  local: ({ x }) => String.raw`-\frac{2}{\sqrt{\pi}} \exp(-${x}^2)`,
  // Expected values: torch 1.13, torch.erfc in f64.
  samples: [
    {
      x: [-1.5, 0, 0.25, 1, 3, 20],
      output: [
        1.9661051464753108, 1, 0.7236736098317631, 0.15729920705028513, 2.209049699858544e-5,
        5.395865611607901e-176,
      ],
    },
    { x: [-Infinity, 30, Infinity, Number.NaN], output: [2, 0, 0, Number.NaN] },
  ],
})

const twoOverSqrtPi = 2 / Math.sqrt(Math.PI)
