/** The exponential: exp(x) = 2ⁿ exp(r) with |r| ≤ ln 2 / 2. */
import type { Local } from '../function-builder.ts'
import {
  type Context,
  type LaneType,
  polynomial,
  powerOfTwo,
  rounder,
  type Vector,
} from './lanes.ts'

/** exp(x): 0 below −103.98 (f32) or −745.14 (f64), subnormal before it. */
export function exp(context: Context, x: Vector): Vector {
  const { f, lanes } = context
  const { lowest, highest } = expRange[lanes.type]
  const clamped = lanes.pmax(lanes.pmin(x, lanes.constant(highest)), lanes.constant(lowest))
  const { n, r } = reduceExponent(context, f.let(clamped))
  const rest = expMinusOneNearZero(context, r)
  return scale(context, n).times(lanes.add(lanes.constant(1), rest))
}

/** Multiplies by 2ⁿ, in two steps: it alone would overflow or underflow before the result does. */
export function scale({ f, lanes }: Writing, n: Local<'v128'>): { times(x: Vector): Vector } {
  const half = f.let(lanes.multiplyAdd(n, lanes.constant(0.5), rounder(lanes)))
  const rest = lanes.sub(n, lanes.sub(half, rounder(lanes)))
  const first = f.let(powerOfTwo(lanes, half))
  const second = f.let(powerOfTwo(lanes, lanes.add(rest, rounder(lanes))))
  return { times: (x) => lanes.mul(lanes.mul(x, first), second) }
}

/** exp(x) where the result is not subnormal and does not overflow. */
export function expWithinRange(context: Writing, x: Local<'v128'>): Vector {
  const { lanes } = context
  const { shifted, r } = reduceExponent(context, x)
  const scaled = lanes.add(lanes.constant(1), expMinusOneNearZero(context, r))
  return lanes.mul(scaled, powerOfTwo(lanes, shifted))
}

/** x = n ln 2 + r with |r| ≤ ln 2 / 2, for |n| < 2048; `shifted` is n + rounder. */
export function reduceExponent({ f, lanes }: Writing, x: Local<'v128'>): Reduced {
  const { ln2High, ln2Low } = expRange[lanes.type]
  const shifted = f.let(lanes.multiplyAdd(x, lanes.constant(Math.LOG2E), rounder(lanes)))
  const n = f.let(lanes.sub(shifted, rounder(lanes)))
  // ln2High has so few bits that n ln2High is exact, and so is the first difference.
  const high = f.let(lanes.multiplySubtract(n, lanes.constant(ln2High), x))
  const r = f.let(lanes.multiplySubtract(n, lanes.constant(ln2Low), high))
  const lost = () => lanes.multiplySubtract(n, lanes.constant(ln2Low), lanes.sub(high, r))
  return { n, shifted, r, lost }
}

/** exp(r + lost) − 1 for |r| ≤ ln 2 / 2. */
export function expMinusOneNearZero(
  { f, lanes }: Writing,
  r: Local<'v128'>,
  lost?: Vector,
): Vector {
  const square = f.let(lanes.mul(r, r))
  const rest = polynomial(lanes, rests[lanes.type], r)
  if (lost === undefined) return lanes.multiplyAdd(rest, square, r)
  return lanes.add(lanes.multiplyAdd(rest, square, lost), r)
}

interface Reduced {
  readonly n: Local<'v128'>
  readonly shifted: Local<'v128'>
  readonly r: Local<'v128'>
  /** What rounding r took. */
  lost(): Vector
}
type Writing = Pick<Context, 'f' | 'lanes'>

type Limit = 'lowest' | 'highest' | 'ln2High' | 'ln2Low'

/** Beyond lowest exp is 0, beyond highest infinite. ln2High has 15 or 33 bits. */
export const expRange: Readonly<Record<LaneType, Readonly<Record<Limit, number>>>> = {
  f32x4: {
    ...{ lowest: -104, highest: 89 },
    ...{ ln2High: 0.693145751953125, ln2Low: 1.428606765330187e-6 },
  },
  f64x2: {
    ...{ lowest: -746, highest: 710 },
    ...{ ln2High: 0.6931471804855391, ln2Low: 7.440617110012397e-11 },
  },
}

/** (exp(r) − 1 − r) / r²; after ½ by minimax.py, `exponential`. */
const rests: Record<LaneType, readonly number[]> = {
  f32x4: [
    0.5, 0.1666666716337204, 0.04166647791862488, 0.008333281613886356, 0.0013933660229668021,
    0.00019909994443878531,
  ],
  f64x2: [
    0.5, 0.16666666666666677, 0.04166666666666669, 0.008333333333321329, 0.0013888888888869647,
    0.00019841269887039588, 2.4801587357218196e-5, 2.7557243164095204e-6, 2.755724458120205e-7,
    2.5109439678699252e-8, 2.092407682719204e-9,
  ],
}
