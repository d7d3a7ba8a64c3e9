import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast, IfBroadcast } from '../ir/shape-type.ts'
import { defineGate, type Logical } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    or<V extends Value, const T extends Shape = [], E extends DType = 'bool'>(
      this: IfDType<'or: a', V['dtype'], 'bool', V>,
      b: boolean | IfDType<'or: b', E, 'bool', IfBroadcast<'or', V['shape'], T, Value<T, E>>>,
    ): Value<Broadcast<V['shape'], T>, 'bool'>
  }
}

/** Whether one of both holds, element by element, for bool. Source: NumPy `logical_or`. */
export const or: Gate<Logical<'or'>> = defineGate({
  name: 'or',
  operands: ['a', 'b'],
  role: 'stop',
  takes: 'bool',
  element: ({ a, b }) => a.or(b),
  samples: [
    {
      a: [true, true, false, false],
      b: [true, false, true, false],
      output: [true, true, true, false],
    },
  ],
})
