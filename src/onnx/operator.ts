/** What an operator of ONNX is here: a function from a node's inputs and attributes to gates. */
import type { Value } from '../ir/value.ts'
import type { ElementType } from './element-type.ts'
import type { Node } from './node.ts'
import type { Operand } from './operand.ts'

/** A value with the element type that ONNX gives it, where that is not the first input's. */
export interface TypedValue {
  readonly kind: 'typed'
  readonly value: Value
  readonly type: ElementType
}

/**
 * What a node gives for one output. A value is of the first input's element type, or the usual one of
 * its dtype where that differs.
 */
export type Output = Value | TypedValue | Operand

export interface Operator {
  /** The first opset that it holds for. Default 13, the first that is read at all. */
  readonly from?: number
  /** The last. Default 22, the last that is read at all. */
  readonly to?: number
  /** What of the operator's definition does not hold here; for docs/onnx.md. */
  readonly limits?: string
  /** Whether it gives other numbers each time, so that it is never folded. */
  readonly isRandom?: boolean
  readonly make: (node: Node) => Output | readonly (Output | undefined)[]
}

/** Operators by their names. */
export type Family = Readonly<Record<string, Operator>>

export function typed(value: Value, type: ElementType): TypedValue {
  return { kind: 'typed', value, type }
}
