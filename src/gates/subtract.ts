import type { Gate } from '../ir/gate.ts'
import { type Binary, type BinaryMethod, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    subtract: BinaryMethod<'subtract'>
  }
}

/** Difference, element by element; shapes broadcast. Source: NumPy `subtract`. */
export const subtract: Gate<Binary<'subtract'>> = defineGate({
  name: 'subtract',
  operands: ['a', 'b'],
  role: 'distributor',
  takes: 'numeric',
  element: ({ a, b }) => a.subtract(b),
  backward: ({ gates, upstream }) => ({ a: upstream, b: gates.negate(upstream) }),
  equation: ({ a, b }) => `${a} - ${b}`,
  local: () => ({ a: '1', b: '-1' }),
  samples: [{ a: [1, -2], b: [3, 4], output: [-2, -6] }],
})
