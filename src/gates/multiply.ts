import type { Gate } from '../ir/gate.ts'
import { type Binary, type BinaryMethod, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    multiply: BinaryMethod<'multiply'>
  }
}

/** Product, element by element; shapes broadcast. Source: NumPy `multiply`. */
export const multiply: Gate<Binary<'multiply'>> = defineGate({
  name: 'multiply',
  operands: ['a', 'b'],
  role: 'switch',
  takes: 'numeric',
  element: ({ a, b }) => a.multiply(b),
  backward: ({ gates, a, b, upstream }) => ({
    a: gates.multiply(upstream, b),
    b: gates.multiply(upstream, a),
  }),
  equation: ({ a, b }) => String.raw`${a} \odot ${b}`,
  local: ({ a, b }) => ({ a: b, b: a }),
  samples: [
    { a: 3, b: -4, output: -12 },
    { a: [1, -2], b: [3, 4], output: [3, -8] },
  ],
})
