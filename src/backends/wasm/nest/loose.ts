/** Tables of instructions without the types of their operands. */
import type { Expression } from '../expression.ts'
import type { ValueType } from '../types.ts'

export type Apply = (...operands: readonly (Expression | number)[]) => Expression<ValueType>
export type Loose<K extends string> = Readonly<Record<K, Apply>>

/**
 * The table for code that one text writes for several types: operands are then checked where an
 * instruction is made, not by the compiler.
 */
export function loose<K extends string>(table: Readonly<Record<K, unknown>>): Loose<K> {
  return table as Loose<K> // every entry is a function from operands to an expression
}
