import type { Gate } from '../ir/gate.ts'
import { type Compare, type CompareMethod, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    lessEqual: CompareMethod<'lessEqual'>
  }
}

/**
 * Whether a ≤ b, element by element; false for NaN. Shapes broadcast.
 * Source: NumPy `less_equal`.
 */
export const lessEqual: Gate<Compare<'lessEqual'>> = defineGate({
  name: 'lessEqual',
  operands: ['a', 'b'],
  role: 'stop',
  takes: 'numeric',
  dtype: () => 'bool',
  element: ({ a, b }) => a.lessEqual(b),
  equation: ({ a, b }) => String.raw`[${a} \le ${b}]`,
  local: () => ({ a: '0', b: '0' }),
  samples: [
    { a: [1, 2, 3], b: [2, 2, 2], output: [true, true, false] },
    {
      a: [Number.NaN, 1, -Infinity, 0],
      b: [Number.NaN, Number.NaN, Infinity, -0],
      output: [false, false, true, true],
    },
  ],
})
