/** The operations of one vector of floats that the maths needs, the same for f32x4 and f64x2. */
import type { Expression } from '../expression.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { f32x4, f64x2, i8x16, i32x4, i64x2, v128 } from '../instructions.ts'
import type { WasmFunction } from '../module-builder.ts'

export type Vector = Expression<'v128'>
export type LaneType = 'f32x4' | 'f64x2'

type Shared = Pick<
  typeof f32x4,
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'abs'
  | 'neg'
  | 'sqrt'
  | 'pmin'
  | 'pmax'
  | 'eq'
  | 'lt'
  | 'le'
  | 'gt'
>

export interface Lanes extends Shared {
  readonly type: LaneType
  readonly isRelaxed: boolean
  /** Bits of the fraction: 23 or 52. */
  readonly digits: number
  /** What is added to the exponent: 127 or 1023. */
  readonly bias: number
  /** The number in every lane. */
  constant(value: number): Vector
  /** The integer in every lane. */
  bits(value: bigint): Vector
  addBits(a: Vector, b: Vector): Vector
  subBits(a: Vector, b: Vector): Vector
  shiftLeft(x: Vector, count: number): Vector
  /** Zeros come in from the left. */
  shiftRight(x: Vector, count: number): Vector
  /** a · b + c; with relaxed SIMD rounded once where the machine can. */
  multiplyAdd(a: Vector, b: Vector, c: Vector): Vector
  /** c − a · b, likewise. */
  multiplySubtract(a: Vector, b: Vector, c: Vector): Vector
  /** a where the mask's lanes are all ones, b where they are 0. */
  select(mask: Vector, a: Vector, b: Vector): Vector
}

/** What an emitter writes into, and what it may call. */
export interface Context {
  readonly f: FunctionBuilder
  readonly lanes: Lanes
  /** f64 → f64x2 of huge-angle.ts, which is defined where it is first asked for. */
  readonly hugeAngle: () => WasmFunction<readonly ['f64'], 'v128'>
}

/** Writes a function of one vector into the function at hand; gives its value. */
export type Emitter = (context: Context, x: Vector) => Vector

/** `isRelaxed` takes relaxed SIMD, whose results may differ in the last bit between machines. */
export function lanesOf(type: LaneType, isRelaxed: boolean): Lanes {
  const isSingle = type === 'f32x4'
  const float = isSingle ? f32x4 : f64x2
  const integer = isSingle ? i32x4 : i64x2
  const { add, sub, mul, div, abs, neg, sqrt, pmin, pmax, eq, lt, le, gt } = float
  return {
    ...{ add, sub, mul, div, abs, neg, sqrt, pmin, pmax, eq, lt, le, gt },
    type,
    isRelaxed,
    digits: isSingle ? 23 : 52,
    bias: isSingle ? 127 : 1023,
    constant: (value) => float.constant(value),
    bits: (value) => (isSingle ? i32x4.constant(Number(value)) : i64x2.constant(value)),
    addBits: integer.add,
    subBits: integer.sub,
    shiftLeft: integer.shl,
    shiftRight: integer.shrU,
    multiplyAdd: isRelaxed ? float.relaxedMadd : (a, b, c) => add(mul(a, b), c),
    multiplySubtract: isRelaxed ? float.relaxedNmadd : (a, b, c) => sub(c, mul(a, b)),
    // One instruction on x64 instead of three; the masks here leave it no freedom.
    select: isRelaxed
      ? (mask, a, b) => i8x16.relaxedLaneselect(a, b, mask)
      : (mask, a, b) => v128.bitselect(a, b, mask),
  }
}

/** Σ coefficients[i] xⁱ, by Horner's rule. */
export function polynomial(
  lanes: Lanes,
  coefficients: readonly number[],
  x: Local<'v128'>,
): Vector {
  const highestFirst = coefficients.toReversed().map((c) => lanes.constant(c))
  return highestFirst.reduce((sum, coefficient) => lanes.multiplyAdd(sum, x, coefficient))
}

/** The sign bit of every lane. */
export function signBits(lanes: Lanes): Vector {
  return lanes.constant(-0)
}

/** The magnitude, which is not negative, with the sign of x. */
export function withSignOf(lanes: Lanes, magnitude: Vector, x: Vector): Vector {
  return v128.or(magnitude, v128.and(x, signBits(lanes)))
}

/** 1.5 · 2^digits: a sum with it holds the other number, rounded to an integer, in its last bits. */
export function rounder(lanes: Lanes): Vector {
  return lanes.constant(1.5 * 2 ** lanes.digits)
}

/** 2ⁿ from n + rounder: its last bits become the exponent. */
export function powerOfTwo(lanes: Lanes, shifted: Vector): Vector {
  return lanes.addBits(lanes.shiftLeft(shifted, lanes.digits), lanes.constant(1))
}
