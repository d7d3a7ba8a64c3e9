import type { Gate } from '../ir/gate.ts'
import { type Binary, type BinaryMethod, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    add: BinaryMethod<'add'>
  }
}

/** Sum, element by element; shapes broadcast. Source: NumPy `add`. */
export const add: Gate<Binary<'add'>> = defineGate({
  name: 'add',
  operands: ['a', 'b'],
  role: 'distributor',
  takes: 'numeric',
  element: ({ a, b }) => a.add(b),
  backward: ({ upstream }) => ({ a: upstream, b: upstream }),
  equation: ({ a, b }) => `${a} + ${b}`,
  local: () => ({ a: '1', b: '1' }),
  samples: [
    { a: [1, -2], b: [3, 4], output: [4, 2] },
    {
      a: [
        [1, 2],
        [3, 4],
      ],
      b: [10, 20],
      output: [
        [11, 22],
        [13, 24],
      ],
    },
  ],
})
