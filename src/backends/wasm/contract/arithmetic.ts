/** The instructions that contractions of each dtype are made of. */
import { internalError } from '../../../errors.ts'
import type { ComputeDType } from '../../../ir/dtype.ts'
import type { Expression, Operand } from '../expression.ts'
import { f32x4, f64x2, i32x4, v128 } from '../instructions.ts'

type Vector = Expression<'v128'>
type Address = Operand<'i32'>

export interface Arithmetic {
  /** Names the functions that are written with it. */
  readonly name: string
  /** Of one element. */
  readonly bytes: number
  /** Elements in a vector. */
  readonly lanes: number
  readonly zero: Vector
  splat(address: Address, offset: number): Vector
  add(a: Vector, b: Vector): Vector
  /** a · b + c; rounded once where relaxed SIMD is allowed and the processor can. */
  multiplyAdd(a: Vector, b: Vector, c: Vector): Vector
}

export function arithmeticOf(dtype: ComputeDType, isRelaxed: boolean): Arithmetic {
  switch (dtype) {
    case 'f32':
      return floating('f32', isRelaxed)
    case 'f64':
      return floating('f64', isRelaxed)
    case 'i32':
    case 'u32':
      // Modulo 2³² the two do not differ.
      return {
        ...{ name: 'i32', bytes: 4, lanes: 4, zero: i32x4.constant(0), add: i32x4.add },
        splat: (address, offset) => v128.load32Splat(address, offset),
        multiplyAdd: (a, b, c) => i32x4.add(c, i32x4.mul(a, b)),
      }
    case 'bool':
      throw internalError('contract: there is no product of bools')
  }
}

function floating(name: 'f32' | 'f64', isRelaxed: boolean): Arithmetic {
  const type = name === 'f32' ? f32x4 : f64x2
  const lanes = name === 'f32' ? 4 : 2
  return {
    ...{ name, lanes, bytes: 16 / lanes, zero: type.constant(0), add: type.add },
    splat: (address, offset) =>
      name === 'f32' ? v128.load32Splat(address, offset) : v128.load64Splat(address, offset),
    multiplyAdd: isRelaxed ? type.relaxedMadd : (a, b, c) => type.add(c, type.mul(a, b)),
  }
}

/** The first `count` elements from there on, and nothing beyond them. */
export function loadLanes(
  { bytes }: Arithmetic,
  address: Expression<'i32'>,
  offset: number,
  count: number,
): Vector {
  switch (count * bytes) {
    case 4:
      return v128.load32Zero(address, offset)
    case 8:
      return v128.load64Zero(address, offset)
    case 12:
      return v128.load32Lane(address, v128.load64Zero(address, offset), 2, offset + 8)
    default:
      return v128.load(address, offset)
  }
}

/** The statements that store the first `count` elements, in order. */
export function storeLanes(
  { bytes }: Arithmetic,
  address: Expression<'i32'>,
  vector: Vector,
  offset: number,
  count: number,
): readonly Expression[] {
  switch (count * bytes) {
    case 4:
      return [v128.store32Lane(address, vector, 0, offset)]
    case 8:
      return [v128.store64Lane(address, vector, 0, offset)]
    case 12:
      return [
        v128.store64Lane(address, vector, 0, offset),
        v128.store32Lane(address, vector, 2, offset + 8),
      ]
    default:
      return [v128.store(address, vector, offset)]
  }
}
