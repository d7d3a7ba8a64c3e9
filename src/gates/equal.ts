import type { Gate } from '../ir/gate.ts'
import { type Compare, type CompareMethod, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    equal: CompareMethod<'equal'>
  }
}

/**
 * Whether a = b, element by element; NaN equals nothing. Shapes broadcast.
 * Source: NumPy `equal`.
 */
export const equal: Gate<Compare<'equal'>> = defineGate({
  name: 'equal',
  operands: ['a', 'b'],
  role: 'stop',
  takes: 'any',
  dtype: () => 'bool',
  element: ({ a, b }) => a.equal(b),
  equation: ({ a, b }) => `[${a} = ${b}]`,
  local: () => ({ a: '0', b: '0' }),
  samples: [
    { a: [1, 2, 3], b: [2, 2, 2], output: [false, true, false] },
    {
      a: [Number.NaN, 1, -Infinity, 0],
      b: [Number.NaN, Number.NaN, Infinity, -0],
      output: [false, false, false, true],
    },
  ],
})
