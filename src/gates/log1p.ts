import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    log1p(): Value<S, D>
  }
}

/** log(1 + x), element by element, exact for small x. Source: NumPy `log1p`. */
export const log1p: Gate<Unary> = defineGate({
  name: 'log1p',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.log1p(),
  backward: ({ gates, x, upstream }) => ({ x: gates.divide(upstream, gates.add(1, x)) }),
  equation: ({ x }) => String.raw`\log(1 + ${x})`,
  local: ({ x }) => String.raw`\frac{1}{1 + ${x}}`,
  samples: [
    {
      x: [-0.25, 1e-10, 0, 2, 12],
      output: [
        -0.2876820724517809, 9.999999999500001e-11, 0, 1.0986122886681098, 2.5649493574615367,
      ],
    },
    {
      x: [-2, -1, -0, Infinity, Number.NaN],
      output: [Number.NaN, -Infinity, -0, Infinity, Number.NaN],
    },
  ],
})
