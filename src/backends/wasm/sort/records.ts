/**
 * What is sorted in the place of elements: records of 64 bits, a key above and the element's place
 * in its row below. Keys are unsigned and go up in the order that is asked for: −0 has the key of 0,
 * and all NaN have one, which is the last, when descending the first.
 */
import type { ComputeDType } from '../../../ir/dtype.ts'
import type { Expression, Operand } from '../expression.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { f32, f64, i32, i64, select } from '../instructions.ts'

export const recordBytes = 8

/** Whether a key is too long for one record: then rows are sorted by its lower half first. */
export function isWide(dtype: ComputeDType): boolean {
  return dtype === 'f64'
}

/** The half of a long key that a record holds. */
export type Half = 'low' | 'high'

interface Keyed {
  readonly dtype: ComputeDType
  readonly isDescending: boolean
  /** Of long keys alone. */
  readonly half: Half
}

/** The record of the element at an address. */
export function recordAt(
  f: FunctionBuilder,
  address: Operand<'i32'>,
  place: Local<'i32'>,
  { dtype, isDescending, half }: Keyed,
): Expression<'i64'> {
  const below = i64.extendI32U(place)
  if (isWide(dtype)) {
    const key = f.let(wideKey(f, address, isDescending))
    return i64.or(half === 'low' ? i64.shl(key, 32) : i64.and(key, upperHalf), below)
  }
  const key = narrowKey(f, address, { dtype, isDescending })
  return i64.or(i64.shl(i64.extendI32U(key), 32), below)
}

const upperHalf = i64.constant(0xffff_ffff_0000_0000n)

function narrowKey(
  f: FunctionBuilder,
  address: Operand<'i32'>,
  { dtype, isDescending }: Pick<Keyed, 'dtype' | 'isDescending'>,
): Expression<'i32'> {
  const turned = isDescending ? -1 : 0
  if (dtype !== 'f32') {
    const x = dtype === 'bool' ? i32.load8U(address) : i32.load(address)
    return i32.xor(x, dtype === 'i32' ? turned ^ signBit : turned)
  }
  const x = f.let(f32.load(address))
  // −0 + 0 is 0.
  const bits = f.let(i32.reinterpretF32(f32.add(x, 0)))
  const flipped = i32.or(i32.shrS(bits, 31), signBit)
  const key = i32.xor(bits, isDescending ? i32.xor(flipped, -1) : flipped)
  return select(f32.eq(x, x), key, i32.constant(isDescending ? 0 : -1))
}

const signBit = 1 << 31

function wideKey(
  f: FunctionBuilder,
  address: Operand<'i32'>,
  isDescending: boolean,
): Expression<'i64'> {
  const x = f.let(f64.load(address))
  const bits = f.let(i64.reinterpretF64(f64.add(x, 0)))
  const flipped = i64.or(i64.shrS(bits, 63), i64.constant(-(2n ** 63n)))
  const key = i64.xor(bits, isDescending ? i64.xor(flipped, -1) : flipped)
  return select(f64.eq(x, x), key, i64.constant(isDescending ? 0 : -1))
}
