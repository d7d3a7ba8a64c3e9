/** The natural logarithm: log(2ᵏ m) = k ln 2 + log(m) with √½ ≤ m < √2. */
import type { Local } from '../function-builder.ts'
import { v128 } from '../instructions.ts'
import { type Context, type LaneType, polynomial, type Vector } from './lanes.ts'

/** log(x): −inf at ±0, NaN below. */
export function log(context: Context, argument: Vector): Vector {
  const { f, lanes } = context
  const x = f.let(argument)
  const isTiny = f.let(lanes.lt(x, lanes.constant(logLimits[lanes.type].smallestNormal)))
  const lifted = lanes.mul(x, lanes.constant(2 ** (lanes.digits + 1)))
  const { m, k } = splitExponent(context, lanes.select(isTiny, lifted, x))
  const isLifted = v128.and(isTiny, lanes.constant(lanes.digits + 1))
  const y = f.let(lanes.sub(m, lanes.constant(1)))
  return logEnds(context, x, logOfProduct(context, y, f.let(lanes.sub(k, isLifted))))
}

/** x = 2ᵏ m with √½ ≤ m < √2, for what is positive, finite and not subnormal. */
export function splitExponent({ f, lanes }: Writing, x: Vector): { m: Vector; k: Vector } {
  const { digits, bias } = lanes
  const { rootHalf } = logLimits[lanes.type]
  // The bits of x, moved so that all m have one exponent: k + bias stands above the fraction.
  const toOne = lanes.subBits(lanes.constant(1), lanes.constant(rootHalf))
  const moved = f.let(lanes.addBits(x, toOne))
  const fraction = v128.and(moved, lanes.bits((1n << BigInt(digits)) - 1n))
  const m = lanes.addBits(fraction, lanes.constant(rootHalf))
  // As the last bits of 2^digits + …: that makes a float of an integer without a conversion.
  const exponent = v128.or(lanes.shiftRight(moved, digits), lanes.constant(2 ** digits))
  return { m, k: lanes.sub(exponent, lanes.constant(2 ** digits + bias)) }
}

/** log(2ᵏ (1 + y)) + extra, for √½ ≤ 1 + y < √2 and an extra that is small. */
export function logOfProduct(
  { f, lanes }: Writing,
  y: Local<'v128'>,
  k: Local<'v128'>,
  extra?: Vector,
): Vector {
  const { ln2High, ln2Low } = logLimits[lanes.type]
  // log(1 + y) = 2 artanh(s) with s = y / (2 + y), as y − (y²/2 − s (y²/2 + R(s²))).
  const s = f.let(lanes.div(y, lanes.add(y, lanes.constant(2))))
  const square = f.let(lanes.mul(s, s))
  const rest = lanes.mul(square, polynomial(lanes, rests[lanes.type], square))
  const half = f.let(lanes.mul(lanes.mul(y, lanes.constant(0.5)), y))
  const small = lanes.mul(k, lanes.constant(ln2Low))
  const added = extra === undefined ? small : lanes.add(small, extra)
  const low = lanes.multiplyAdd(s, lanes.add(half, rest), added)
  const main = lanes.sub(lanes.sub(half, low), y)
  return lanes.sub(lanes.mul(k, lanes.constant(ln2High)), main)
}

/** The logarithm of x, or what stands for it where x is infinite, not positive or NaN. */
export function logEnds({ lanes }: Writing, x: Local<'v128'>, logarithm: Vector): Vector {
  const infinity = lanes.constant(Number.POSITIVE_INFINITY)
  const finite = lanes.select(lanes.lt(x, infinity), logarithm, x)
  const isZero = lanes.eq(x, lanes.constant(0))
  const minusInfinity = lanes.constant(Number.NEGATIVE_INFINITY)
  const outside = lanes.select(isZero, minusInfinity, lanes.constant(Number.NaN))
  return lanes.select(lanes.le(x, lanes.constant(0)), outside, finite)
}

type Writing = Pick<Context, 'f' | 'lanes'>
type Limit = 'smallestNormal' | 'rootHalf' | 'ln2High' | 'ln2Low'

/** ln2High has 15 or 33 bits, so that k ln2High is exact. */
export const logLimits: Readonly<Record<LaneType, Readonly<Record<Limit, number>>>> = {
  f32x4: {
    ...{ smallestNormal: 2 ** -126, rootHalf: Math.SQRT1_2 },
    ...{ ln2High: 0.693145751953125, ln2Low: 1.428606765330187e-6 },
  },
  f64x2: {
    ...{ smallestNormal: 2 ** -1022, rootHalf: Math.SQRT1_2 },
    ...{ ln2High: 0.6931471804855391, ln2Low: 7.440617110012397e-11 },
  },
}

/** (2 artanh(s) / s − 2) / s² in s², by minimax.py, `logarithm`. */
const rests: Record<LaneType, readonly number[]> = {
  f32x4: [0.6666677594184875, 0.3997756838798523, 0.2987145483493805],
  f64x2: [
    0.6666666666666735, 0.399999999994094, 0.28571428743669675, 0.22222198431103724,
    0.18183572229176825, 0.1531383567095395, 0.14798221598303218,
  ],
}
