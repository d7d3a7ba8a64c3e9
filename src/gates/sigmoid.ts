import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    sigmoid(): Value<S, D>
  }
}

/** The logistic function 1 / (1 + e^-x), element by element. Source: PyTorch `sigmoid`. */
export const sigmoid: Gate<Unary> = defineGate({
  name: 'sigmoid',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  element: ({ x }) => x.sigmoid(),
  backward: ({ gates, output, upstream }) => ({
    x: gates.multiply(gates.multiply(upstream, output), gates.subtract(1, output)),
  }),
  equation: ({ x }) => String.raw`\operatorname{sigmoid}(${x})`,
  local: ({ output }) => String.raw`${output} \odot (1 - ${output})`,
  samples: [
    { x: [-1, 0, 1], output: [0.2689414213699951, 0.5, 0.7310585786300049] },
    { x: [-1000, 1000], output: [0, 1] },
  ],
})
