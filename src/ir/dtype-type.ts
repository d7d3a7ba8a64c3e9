/** Dtypes as types: an operand of the wrong dtype is found while the program is typed. */
import type { DType } from './dtype.ts'

/** What an operand's type becomes when its dtype cannot fit: no value is assignable to it. */
export interface DTypeError<Message extends string> {
  readonly dtypeError: Message
}

/**
 * `Then` where the dtype `D` is `Wanted` or not known, else a DTypeError that reads like the
 * run-time error. `Operand` names gate and operand: `where: condition`.
 */
export type IfDType<
  Operand extends string,
  D extends DType,
  Wanted extends DType,
  Then,
> = DType extends D ? Then : [D] extends [Wanted] ? Then : DTypeError<`${Operand} cannot be ${D}`>

/**
 * `Then` where the dtypes `D` and `E` are one, or one of them is not known, else a DTypeError that
 * reads like the run-time error.
 */
export type IfSameDType<
  Gate extends string,
  D extends DType,
  E extends DType,
  Then,
> = DType extends D
  ? Then
  : DType extends E
    ? Then
    : [E] extends [D]
      ? Then
      : DTypeError<`${Gate}: dtypes ${D} and ${E} do not mix`>

/** The dtype of operands that agree: the one that is known. */
export type MeetDType<D extends DType, E extends DType> = DType extends D ? E : D
