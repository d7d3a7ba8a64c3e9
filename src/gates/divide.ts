import type { Gate } from '../ir/gate.ts'
import { type Binary, type BinaryMethod, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    divide: BinaryMethod<'divide'>
  }
}

/**
 * Quotient, element by element; shapes broadcast. Integers are divided towards zero, and by 0 to 0.
 * Source: PyTorch `div`.
 */
export const divide: Gate<Binary<'divide'>> = defineGate({
  name: 'divide',
  operands: ['a', 'b'],
  role: 'scaler',
  takes: 'numeric',
  element: ({ a, b }) => a.divide(b),
  backward: ({ gates, b, output, upstream }) => ({
    a: gates.divide(upstream, b),
    // -a / b² by way of the output, so that no square overflows.
    b: gates.negate(gates.multiply(upstream, gates.divide(output, b))),
  }),
  equation: ({ a, b }) => String.raw`\frac{${a}}{${b}}`,
  local: ({ a, b }) => ({ a: String.raw`\frac{1}{${b}}`, b: String.raw`-\frac{${a}}{${b}^2}` }),
  samples: [
    { a: [1, -7, 3], b: [4, 2, -0.5], output: [0.25, -3.5, -6] },
    {
      a: [[6], [-1]],
      b: [2, 4],
      output: [
        [3, 1.5],
        [-0.5, -0.25],
      ],
    },
    {
      a: [1, -1, 0, Infinity, 1],
      b: [0, 0, 0, Infinity, Infinity],
      output: [Infinity, -Infinity, Number.NaN, Number.NaN, 0],
    },
  ],
})
