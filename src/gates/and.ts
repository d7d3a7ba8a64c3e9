import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast, IfBroadcast } from '../ir/shape-type.ts'
import { defineGate, type Logical } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    and<V extends Value, const T extends Shape = [], E extends DType = 'bool'>(
      this: IfDType<'and: a', V['dtype'], 'bool', V>,
      b: boolean | IfDType<'and: b', E, 'bool', IfBroadcast<'and', V['shape'], T, Value<T, E>>>,
    ): Value<Broadcast<V['shape'], T>, 'bool'>
  }
}

/** Whether both hold, element by element, for bool. Source: NumPy `logical_and`. */
export const and: Gate<Logical<'and'>> = defineGate({
  name: 'and',
  operands: ['a', 'b'],
  role: 'stop',
  takes: 'bool',
  element: ({ a, b }) => a.and(b),
  samples: [
    {
      a: [true, true, false, false],
      b: [true, false, true, false],
      output: [true, false, false, false],
    },
  ],
})
