/** Powers: |x|ʸ = exp(y log |x|), the logarithm with twice the digits, and C's rules for the rest. */
import type { Local } from '../function-builder.ts'
import { f32x4, f64x2, i8x16, v128 } from '../instructions.ts'
import { exp, expMinusOneNearZero, expRange, reduceExponent, scale } from './exp.ts'
import { type Context, type Lanes, lanesOf, polynomial, signBits, type Vector } from './lanes.ts'
import { log, logLimits, splitExponent } from './log.ts'
import { type Pair, pairProductOf, productOf, sumOf } from './pair.ts'

/** x to the power of y, as C's pow: 1 for x = 1 or y = 0 even of NaN; NaN where it is not real. */
export function pow(context: Context, base: Vector, exponent: Vector): Vector {
  const { f, lanes } = context
  const x = f.let(base)
  const y = f.let(exponent)
  const size = f.let(lanes.abs(x))
  const power = lanes.type === 'f64x2' ? powDouble(context, size, y) : powSingle(context, size, y)
  return ends(context, f.let(power), { x, y, size })
}

/** In f64, whose error the exponent does not raise to an ulp of f32. */
function powSingle(context: Context, size: Local<'v128'>, y: Local<'v128'>): Vector {
  const { f, lanes } = context
  const pairs = { ...context, lanes: lanesOf('f64x2', lanes.isRelaxed) }
  const upper = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]
  const ofTwo = (a: Vector, b: Vector): Vector => {
    const logarithm = log(pairs, f64x2.promoteLowF32x4(a))
    const power = exp(pairs, f64x2.mul(logarithm, f64x2.promoteLowF32x4(b)))
    return f.let(f32x4.demoteF64x2Zero(power))
  }
  const low = ofTwo(size, y)
  const high = ofTwo(i8x16.shuffle(size, size, upper), i8x16.shuffle(y, y, upper))
  return i8x16.shuffle(low, high, [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23])
}

function powDouble(context: Context, size: Local<'v128'>, y: Local<'v128'>): Vector {
  const { f, lanes } = context
  const logarithm = logPair(context, size)
  const infinity = lanes.constant(Number.POSITIVE_INFINITY)
  const isZero = lanes.eq(size, lanes.constant(0))
  const beyond = lanes.select(isZero, lanes.constant(Number.NEGATIVE_INFINITY), size)
  const isOrdinary = v128.and(lanes.gt(size, lanes.constant(0)), lanes.lt(size, infinity))
  const high = f.let(lanes.select(isOrdinary, logarithm.high, beyond))
  const product = productOf(context, y, high, lanes.mul(y, logarithm.low))

  const { lowest, highest } = expRange[lanes.type]
  const clamped = lanes.pmax(
    lanes.pmin(product.high, lanes.constant(highest)),
    lanes.constant(lowest),
  )
  const { n, r, lost } = reduceExponent(context, f.let(clamped))
  // Where the product is out of bounds, its low part may be NaN, and counts no more.
  const isBounded = lanes.lt(lanes.abs(product.high), lanes.constant(1000))
  const low = f.let(lanes.add(lost(), v128.and(product.low, isBounded)))
  const whole = sumOf(context, r, low)
  const rest = expMinusOneNearZero(context, whole.high, whole.low)
  return scale(context, n).times(lanes.add(lanes.constant(1), rest))
}

/** log(x) with an error of about 2⁻⁶⁵ of it, for what is positive and finite. */
function logPair(context: Context, x: Local<'v128'>): Pair {
  const { f, lanes } = context
  const { smallestNormal, ln2High, ln2Low } = logLimits[lanes.type]
  const one = lanes.constant(1)
  const isTiny = f.let(lanes.lt(x, lanes.constant(smallestNormal)))
  const lifted = lanes.mul(x, lanes.constant(2 ** (lanes.digits + 1)))
  const parts = splitExponent(context, lanes.select(isTiny, lifted, x))
  const m = f.let(parts.m)
  const k = f.let(lanes.sub(parts.k, v128.and(isTiny, lanes.constant(lanes.digits + 1))))

  // log(m) = 2 artanh(s), s = (m − 1) / (m + 1) as a pair: the remainder of the division is exact.
  const above = f.let(lanes.add(m, one))
  const below = f.let(lanes.sub(m, one))
  const quotient = f.let(lanes.div(below, above))
  const product = productOf(context, quotient, above)
  const lostAbove = lanes.sub(m, lanes.sub(above, one))
  const remainder = lanes.sub(
    lanes.sub(lanes.sub(below, product.high), product.low),
    lanes.mul(quotient, lostAbove),
  )
  const s: Pair = { high: quotient, low: f.let(lanes.div(remainder, above)) }

  // artanh(s) = s + s z (⅓ + z Q(z)) with z = s².
  const z = pairProductOf(context, s, s)
  const rest = f.let(lanes.mul(z.high, polynomial(lanes, artanhRest, z.high)))
  const third = sumOf(context, f.let(lanes.constant(1 / 3)), rest, lanes.constant(thirdLow))
  const more = pairProductOf(context, s, pairProductOf(context, z, third))
  const artanh = sumOf(context, s.high, more.high, lanes.add(s.low, more.low))
  const twice = f.let(lanes.add(artanh.high, artanh.high))
  const twiceLow = lanes.add(artanh.low, artanh.low)
  const low = lanes.add(lanes.mul(k, lanes.constant(ln2Low)), twiceLow)
  const main = f.let(lanes.mul(k, lanes.constant(ln2High)))
  const sum = sumOf(context, main, twice, low)
  return sumOf(context, sum.high, sum.low)
}

interface Operands {
  readonly x: Local<'v128'>
  readonly y: Local<'v128'>
  readonly size: Local<'v128'>
}

/** The sign, and the operands for which |x|ʸ is not the answer. */
function ends({ f, lanes }: Context, power: Local<'v128'>, { x, y, size }: Operands): Vector {
  const one = lanes.constant(1)
  const infinity = lanes.constant(Number.POSITIVE_INFINITY)
  const floor = floorOf(lanes)
  const isWhole = f.let(lanes.eq(floor(y), y))
  const half = f.let(lanes.mul(y, lanes.constant(0.5)))
  const isOdd = v128.andnot(isWhole, lanes.eq(floor(half), half))
  const signed = v128.or(power, v128.and(v128.and(x, signBits(lanes)), isOdd))

  const isNegative = v128.and(lanes.lt(x, lanes.constant(0)), lanes.lt(size, infinity))
  const isUnreal = v128.andnot(isNegative, isWhole)
  const real = lanes.select(isUnreal, lanes.constant(Number.NaN), signed)
  const isEndless = v128.and(lanes.eq(size, one), lanes.eq(lanes.abs(y), infinity))
  const isUnit = v128.or(lanes.eq(x, one), lanes.eq(y, lanes.constant(0)))
  return lanes.select(v128.or(isUnit, isEndless), one, real)
}

function floorOf(lanes: Lanes): (x: Vector) => Vector {
  return lanes.type === 'f32x4' ? f32x4.floor : f64x2.floor
}

/** ⅓ − the f64 nearest to it. */
const thirdLow = 1.850371707708594e-17

/** (artanh(s) / s − 1 − z / 3) / z² in z = s², by minimax.py, `artanh`. */
const artanhRest: readonly number[] = [
  0.1999999999999999, 0.14285714285722606, 0.11111111108755722, 0.09090909436693971,
  0.07692278330488929, 0.06668162757753808, 0.05837326891798671, 0.059951941450543604,
]
