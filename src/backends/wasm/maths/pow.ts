/** Powers: |x|ʸ = exp(y log |x|), the logarithm with twice the digits, and C's rules for the rest. */
import type { Local } from '../function-builder.ts'
import { f32x4, f64x2, v128 } from '../instructions.ts'
import { exp, expMinusOneNearZero, expRange, reduceExponent, scale } from './exp.ts'
import { type Context, type Lanes, signBits, type Vector } from './lanes.ts'
import { log } from './log.ts'
import { logPair } from './log-pair.ts'
import { productOf, sumOf } from './pair.ts'
import { throughDouble } from './through-double.ts'

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
  return throughDouble(context, [size, y], (doubles, ...operands) => {
    const [base, exponent] = operands as [Vector, Vector] // as many as are passed
    return exp(doubles, f64x2.mul(log(doubles, base), exponent))
  })
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
