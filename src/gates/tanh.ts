import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    tanh(): Value<S, D>
  }
}

/** Hyperbolic tangent, element by element. Source: NumPy `tanh`. */
export const tanh: Gate<Unary> = defineGate({
  name: 'tanh',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  element: ({ x }) => x.tanh(),
  backward: ({ gates, output, upstream }) => ({
    x: gates.multiply(upstream, gates.subtract(1, gates.multiply(output, output))),
  }),
  equation: ({ x }) => String.raw`\tanh(${x})`,
  local: ({ output }) => `1 - ${output}^2`,
  samples: [{ x: [-1, 0, 1], output: [-0.7615941559557649, 0, 0.7615941559557649] }],
})
