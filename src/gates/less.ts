import type { Gate } from '../ir/gate.ts'
import { type Compare, type CompareMethod, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    less: CompareMethod<'less'>
  }
}

/**
 * Whether a < b, element by element; false for NaN. Shapes broadcast.
 * Source: NumPy `less`.
 */
export const less: Gate<Compare<'less'>> = defineGate({
  name: 'less',
  operands: ['a', 'b'],
  role: 'stop',
  takes: 'numeric',
  dtype: () => 'bool',
  element: ({ a, b }) => a.less(b),
  equation: ({ a, b }) => `[${a} < ${b}]`,
  local: () => ({ a: '0', b: '0' }),
  samples: [
    { a: [1, 2, 3], b: [2, 2, 2], output: [true, false, false] },
    {
      a: [Number.NaN, 1, -Infinity, 0],
      b: [Number.NaN, Number.NaN, Infinity, -0],
      output: [false, false, true, false],
    },
  ],
})
