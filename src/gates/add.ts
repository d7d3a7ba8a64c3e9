import type { DType } from '../ir/dtype.ts'
import type { MeetDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Broadcastable } from '../ir/operand-type.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast } from '../ir/shape-type.ts'
import { type Binary, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    add<V extends Value, const T extends Shape = [], E extends DType = V['dtype']>(
      this: V,
      b: Broadcastable<'add', V['shape'], V['dtype'], T, E>,
    ): Value<Broadcast<V['shape'], T>, MeetDType<V['dtype'], E>>
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
