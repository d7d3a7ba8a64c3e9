import type { Gate } from '../ir/gate.ts'
import { type Compare, type CompareMethod, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    greater: CompareMethod<'greater'>
  }
}

/**
 * Whether a > b, element by element; false for NaN. Shapes broadcast.
 * Source: NumPy `greater`.
 */
export const greater: Gate<Compare<'greater'>> = defineGate({
  name: 'greater',
  operands: ['a', 'b'],
  role: 'stop',
  takes: 'numeric',
  dtype: () => 'bool',
  element: ({ a, b }) => a.greater(b),
  equation: ({ a, b }) => `[${a} > ${b}]`,
  local: () => ({ a: '0', b: '0' }),
  samples: [
    { a: [1, 2, 3], b: [2, 2, 2], output: [false, false, true] },
    {
      a: [Number.NaN, 1, -Infinity, 0],
      b: [Number.NaN, Number.NaN, Infinity, -0],
      output: [false, false, false, false],
    },
  ],
})
