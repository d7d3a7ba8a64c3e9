import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast, IfBroadcast } from '../ir/shape-type.ts'
import { type Bitwise, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    shiftRight<V extends Value, const T extends Shape = [], E extends DType = 'u32'>(
      this: IfDType<'shiftRight: a', V['dtype'], 'u32', V>,
      b:
        | number
        | IfDType<'shiftRight: b', E, 'u32', IfBroadcast<'shiftRight', V['shape'], T, Value<T, E>>>,
    ): Value<Broadcast<V['shape'], T>, 'u32'>
  }
}

/**
 * The bits of `a` moved down by `b` places, element by element, for u32: zeros come in, and 32
 * places or more leave 0. Source: StableHLO `shift_right_logical`.
 */
export const shiftRight: Gate<Bitwise<'shiftRight'>> = defineGate({
  name: 'shiftRight',
  operands: ['a', 'b'],
  role: 'stop',
  takes: 'u32',
  element: ({ a, b }) => a.shiftRight(b),
  samples: [
    { a: [0x80000000, 0xffffffff, 5, 5], b: [31, 4, 32, 0], output: [1, 0x0fffffff, 0, 5] },
  ],
})
