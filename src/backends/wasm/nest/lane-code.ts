/** How the operations of a body become instructions, for one element or a vector of them. */
import type { ComputeDType } from '../../../ir/dtype.ts'
import type { BinaryOperation, Comparison, UnaryOperation } from '../../../ir/expression.ts'
import type { Expression, Operand } from '../expression.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import type { KernelContext } from '../kernel-context.ts'
import type { ValueType } from '../types.ts'
import type { SpecialName } from './special.ts'

/**
 * A local or a constant, which any number of instructions may take. For one element: f32, f64, or
 * an i32, which for a bool is 0 or 1. Else a v128, in which a bool is a mask of all ones or zeros.
 */
export type Term = Expression<ValueType>

export interface Unary {
  readonly operation: UnaryOperation
  readonly dtype: ComputeDType
}

export interface SpecialOf {
  readonly name: SpecialName
  readonly dtype: ComputeDType
}

export interface Binary {
  readonly operation: BinaryOperation
  readonly dtype: ComputeDType
  /** What every lane of b is, where that is known. */
  readonly literal: number | undefined
}

export interface Compare {
  readonly operation: Comparison
  /** That of the operands. */
  readonly dtype: ComputeDType
}

export interface Cast {
  readonly from: ComputeDType
  readonly to: ComputeDType
}

export interface LaneCode {
  /** How many elements one value holds: 1, 2 or 4. */
  readonly lanes: number
  typeOf(dtype: ComputeDType): ValueType
  literal(dtype: ComputeDType, value: number): Term
  /** The integers first, first + stride, … */
  position(dtype: ComputeDType, first: Operand<'i32'>, stride: number): Term
  unary(kind: Unary, x: Term): Term
  special(kind: SpecialOf, operands: readonly Term[]): Term
  binary(kind: Binary, a: Term, b: Term): Term
  compare(kind: Compare, a: Term, b: Term): Term
  select(condition: Term, a: Term, b: Term): Term
  cast(kind: Cast, x: Term): Term
  randomBits(a: Term, b: Term, position: Term): Term
  /** Not 0 where x, a float, is infinite or NaN. */
  isNotFinite(dtype: ComputeDType, x: Term): Term
}

/** What code is written into and may call. */
export interface CodeContext extends Pick<KernelContext, 'module' | 'maths' | 'isRelaxed'> {
  readonly f: FunctionBuilder
}
