import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast, IfBroadcast } from '../ir/shape-type.ts'
import { type Bitwise, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    xor<V extends Value, const T extends Shape = [], E extends DType = 'u32'>(
      this: IfDType<'xor: a', V['dtype'], 'u32', V>,
      b: number | IfDType<'xor: b', E, 'u32', IfBroadcast<'xor', V['shape'], T, Value<T, E>>>,
    ): Value<Broadcast<V['shape'], T>, 'u32'>
  }
}

/** The bits that differ, element by element, for u32. Source: NumPy `bitwise_xor`. */
export const xor: Gate<Bitwise<'xor'>> = defineGate({
  name: 'xor',
  operands: ['a', 'b'],
  role: 'stop',
  takes: 'u32',
  element: ({ a, b }) => a.xor(b),
  samples: [{ a: [6, 0xffffffff, 0x80000000], b: [3, 1, 0], output: [5, 0xfffffffe, 0x80000000] }],
})
