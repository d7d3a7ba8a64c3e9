import type { DType } from '../ir/dtype.ts'
import type { MeetDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Broadcastable } from '../ir/operand-type.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast } from '../ir/shape-type.ts'
import { type Binary, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    subtract<V extends Value, const T extends Shape = [], E extends DType = V['dtype']>(
      this: V,
      b: Broadcastable<'subtract', V['shape'], V['dtype'], T, E>,
    ): Value<Broadcast<V['shape'], T>, MeetDType<V['dtype'], E>>
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
