import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

export interface Not {
  <S extends Shape, D extends DType>(x: IfDType<'not: x', D, 'bool', Value<S, D>>): Value<S, 'bool'>
  (x: boolean): Value<[], 'bool'>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    not<V extends Value>(this: IfDType<'not: x', V['dtype'], 'bool', V>): Value<V['shape'], 'bool'>
  }
}

/** Whether x is false, element by element, for bool. Source: NumPy `logical_not`. */
export const not: Gate<Not> = defineGate({
  name: 'not',
  operands: ['x'],
  role: 'stop',
  takes: 'bool',
  element: ({ x }) => x.not(),
  samples: [{ x: [true, false], output: [false, true] }],
})
