/** What the error function leaves to 1: beyond ½ exp(−x²) / (1 + 2x) times a polynomial. */
import type { Local } from '../function-builder.ts'
import { erfNearZero } from './erf.ts'
import { expMinusOneNearZero, reduceExponent, scale } from './exp.ts'
import { type Context, polynomial, type Vector } from './lanes.ts'
import { productOf, sumOf } from './pair.ts'
import { throughDouble } from './through-double.ts'

/**
 * 1 − erf(x): subnormal from 26.55 in f64 and 9.2 in f32, then 0.
 *
 * Source: M. M. Shepherd and J. G. Laframboise, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x
 * in 0 ≤ x < ∞", Mathematics of Computation 36 (1981), for the form.
 */
export function erfc(context: Context, argument: Vector): Vector {
  const x = context.f.let(argument)
  if (context.lanes.type === 'f64x2') return double(context, x)
  return throughDouble(context, [x], (doubles, operand) => {
    return double(doubles, context.f.let(operand as Vector)) // one for the one passed
  })
}

function double(context: Context, x: Local<'v128'>): Vector {
  const { f, lanes } = context
  const size = f.let(lanes.pmin(lanes.abs(x), lanes.constant(end)))
  const four = lanes.constant(4)
  const t = f.let(lanes.div(lanes.sub(size, four), lanes.add(size, four)))
  const small = f.let(polynomial(lanes, factor, t))

  // exp(−x²) = 2ⁿ (1 + rise), the square with all its digits.
  const square = productOf(context, size, size)
  const { n, r, lost: lostOfR } = reduceExponent(context, f.let(lanes.neg(square.high)))
  const whole = sumOf(context, r, f.let(lanes.sub(lostOfR(), square.low)))
  const rise = expMinusOneNearZero(context, whole.high, whole.low)

  // (1 + rise) (middle + small), so that what is large is rounded once.
  const one = lanes.constant(1)
  const middle = lanes.constant(1.125)
  const product = lanes.mul(rise, lanes.add(small, middle))
  const main = f.let(lanes.add(product, small))

  // What rounding 1 + 2x took is taken from the numerator before that is rounded.
  const twice = f.let(lanes.add(size, size))
  const below = f.let(lanes.add(twice, one))
  const ofTwice = f.let(lanes.sub(below, one))
  const ofOne = lanes.sub(below, ofTwice)
  const lost = lanes.add(lanes.sub(one, ofOne), lanes.sub(twice, ofTwice))
  const less = lanes.div(lanes.mul(lost, lanes.add(main, middle)), below)
  const above = lanes.add(lanes.sub(main, less), middle)
  const right = f.let(scale(context, n).times(lanes.div(above, below)))
  const isNegative = lanes.lt(x, lanes.constant(0))
  const far = lanes.select(isNegative, lanes.sub(lanes.constant(2), right), right)
  const near = lanes.sub(one, erfNearZero(context, x))
  return lanes.select(lanes.lt(size, lanes.constant(seam)), near, far)
}

/** Below it erf(x) is less than ½, so that taking it from 1 costs no digits. */
const seam = 0.4765625

/** From here the result is 0. */
const end = 28

/** (1 + 2x) exp(x²) erfc(x) − 1.125 in (x − 4) / (x + 4), by minimax.py, `erfc_factor`. */
const factor: readonly number[] = [
  0.10799511862555251, -0.13962111684056253, 0.015379652102619622, 0.06809705425469532,
  -0.10103906603629768, 0.09373283499825635, -0.06633036581236093, 0.037167515538975376,
  -0.016197734056198666, 0.0050319699649087396, -0.0007577732992984893, -0.0001992566256858475,
  0.00015062172365584714, -2.439944158534271e-5, -1.1222183261424269e-5, 5.710195149873069e-6,
  2.941615848252449e-7, -8.259640723661196e-7, 7.410661688264309e-8, 1.1033111804011657e-7,
  -1.7471341952465363e-8, -1.4070237152897789e-8, 1.6780466746687055e-9, 1.198356756916402e-9,
]
