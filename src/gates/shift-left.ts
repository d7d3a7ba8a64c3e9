import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast, IfBroadcast } from '../ir/shape-type.ts'
import { type Bitwise, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    shiftLeft<V extends Value, const T extends Shape = [], E extends DType = 'u32'>(
      this: IfDType<'shiftLeft: a', V['dtype'], 'u32', V>,
      b:
        | number
        | IfDType<'shiftLeft: b', E, 'u32', IfBroadcast<'shiftLeft', V['shape'], T, Value<T, E>>>,
    ): Value<Broadcast<V['shape'], T>, 'u32'>
  }
}

/**
 * The bits of `a` moved up by `b` places, element by element, for u32: zeros come in, and 32 places
 * or more leave 0. Source: StableHLO `shift_left`.
 */
export const shiftLeft: Gate<Bitwise<'shiftLeft'>> = defineGate({
  name: 'shiftLeft',
  operands: ['a', 'b'],
  role: 'stop',
  takes: 'u32',
  element: ({ a, b }) => a.shiftLeft(b),
  samples: [
    { a: [1, 0xffffffff, 5, 5], b: [31, 4, 32, 0], output: [0x80000000, 0xfffffff0, 0, 5] },
  ],
})
