/** Integers that are narrower than what gates compute in, and their bits. */
import * as gates from '../../gates/index.ts'
import type { Value } from '../../ir/value.ts'
import { type ElementType, elementTypes } from '../element-type.ts'

/** Numbers of 8 or 16 bits as they are after an overflow; others stay. */
export function narrowed(x: Value, type: ElementType): Value {
  const { narrow, computed } = elementTypes[type]
  if (narrow === undefined || x.dtype !== computed) return x
  const range = 2 ** narrow
  if (computed === 'u32') return gates.remainder(x, range)
  return gates.subtract(gates.remainder(gates.add(x, range / 2), range), range / 2)
}

/** The bits of an integer as u32. */
export function bitsOf(x: Value): Value {
  if (x.dtype === 'u32') return x
  const lowest = -(2 ** 31)
  const isBelow = gates.less(x, 0)
  // A cast keeps within range, so what is below 0 is moved there and back.
  const moved = gates.where(isBelow, gates.subtract(x, lowest), x)
  const bits = gates.cast(moved, 'u32')
  return gates.where(isBelow, gates.add(bits, 2 ** 31), bits)
}

/** The integer of that type with these bits. */
export function fromBits(bits: Value, type: ElementType): Value {
  const { computed, narrow = 32 } = elementTypes[type]
  const own = narrow === 32 ? bits : gates.remainder(bits, 2 ** narrow)
  if (computed === 'u32') return own
  const half = 2 ** (narrow - 1)
  const isBelow = gates.greaterEqual(own, half)
  const rest = gates.cast(gates.where(isBelow, gates.subtract(own, half), own), 'i32')
  return gates.where(isBelow, gates.add(rest, -half), rest)
}

/** The bits that both have. */
export function bitAnd(a: Value, b: Value): Value {
  const halves = (x: Value) => [gates.remainder(x, 2 ** 16), gates.shiftRight(x, 16)] as const
  const [lowA, highA] = halves(a)
  const [lowB, highB] = halves(b)
  const high = gates.multiply(halfAnd(highA, highB), 2 ** 16)
  return gates.add(halfAnd(lowA, lowB), high)
}

/** a + b counts the bits that both have twice, a ⊕ b not at all. */
function halfAnd(a: Value, b: Value): Value {
  return gates.shiftRight(gates.subtract(gates.add(a, b), gates.xor(a, b)), 1)
}

/** The bits that one or both have. */
export function bitOr(a: Value, b: Value): Value {
  return gates.xor(gates.xor(a, b), bitAnd(a, b))
}
