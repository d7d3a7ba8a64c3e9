import type { Gate } from '../ir/gate.ts'
import { type Compare, type CompareMethod, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    notEqual: CompareMethod<'notEqual'>
  }
}

/**
 * Whether a ≠ b, element by element; NaN differs from all. Shapes broadcast.
 * Source: NumPy `not_equal`.
 */
export const notEqual: Gate<Compare<'notEqual'>> = defineGate({
  name: 'notEqual',
  operands: ['a', 'b'],
  role: 'stop',
  takes: 'any',
  dtype: () => 'bool',
  element: ({ a, b }) => a.notEqual(b),
  equation: ({ a, b }) => String.raw`[${a} \ne ${b}]`,
  local: () => ({ a: '0', b: '0' }),
  samples: [
    { a: [1, 2, 3], b: [2, 2, 2], output: [true, false, true] },
    {
      a: [Number.NaN, 1, -Infinity, 0],
      b: [Number.NaN, Number.NaN, Infinity, -0],
      output: [true, true, true, false],
    },
  ],
})
