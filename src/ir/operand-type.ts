/** What may stand beside an operand of a gate, as types. */
import type { DType } from './dtype.ts'
import type { IfSameDType } from './dtype-type.ts'
import type { Shape } from './shape.ts'
import type { IfBroadcast } from './shape-type.ts'
import type { Value } from './value.ts'

/**
 * A value [`T`, `E`] that broadcasts with [`S`, `D`] and has its dtype, else an error that reads like
 * the run-time error. Not a union with `number`: of that the editor would show this name alone.
 */
export type Broadcastable<
  Gate extends string,
  S extends Shape,
  D extends DType,
  T extends Shape,
  E extends DType,
> = IfBroadcast<Gate, S, T, IfSameDType<Gate, D, E, Value<T, E>>>
