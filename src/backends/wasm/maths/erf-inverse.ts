/** The inverse of the error function: x times a function of −log(1 − x²). */
import type { Local } from '../function-builder.ts'
import { v128 } from '../instructions.ts'
import { type Context, polynomial, type Vector, withSignOf } from './lanes.ts'
import { logOfProduct, splitExponent } from './log.ts'
import { logPair } from './log-pair.ts'
import { productOf } from './pair.ts'
import { throughDouble } from './through-double.ts'

/**
 * The y with erf(y) = x: ±inf at ±1, NaN outside [−1, 1].
 *
 * Source: M. B. Giles, "Approximating the erfinv function", GPU Computing Gems 2 (2012), for w.
 */
export function erfInverse(context: Context, argument: Vector): Vector {
  const x = context.f.let(argument)
  if (context.lanes.type === 'f64x2') return double(context, x)
  return throughDouble(context, [x], (doubles, operand) => {
    return double(doubles, context.f.let(operand as Vector)) // one for the one passed
  })
}

function double(context: Context, x: Local<'v128'>): Vector {
  const { f, lanes } = context
  const one = lanes.constant(1)
  const size = f.let(lanes.abs(x))
  const product = f.let(lanes.mul(lanes.sub(one, size), lanes.add(one, size)))
  const { m, k } = splitExponent(context, product)
  const logarithm = logOfProduct(context, f.let(lanes.sub(m, one)), f.let(k))
  const w = f.let(lanes.neg(logarithm))
  const near = lanes.multiplyAdd(polynomial(lanes, centre, w), size, size)
  const result = f.let(near)

  // The tails are rare: |x| > 0.99080 and |x| > 0.999999943.
  const isTail = f.let(lanes.gt(w, lanes.constant(centreEnd)))
  f.if(v128.anyTrue(isTail), () => {
    const far = lanes.mul(factorOfTails(context, product), size)
    f.set(result, lanes.select(isTail, far, result))
  })

  const isEnd = lanes.eq(size, one)
  const ended = lanes.select(isEnd, lanes.constant(Number.POSITIVE_INFINITY), result)
  const isInside = lanes.le(size, one)
  return withSignOf(lanes, lanes.select(isInside, ended, lanes.constant(Number.NaN)), x)
}

/** erf⁻¹(x) / x in √w for both tails, which is needed to more than 53 bits. */
function factorOfTails(context: Context, product: Local<'v128'>): Vector {
  const { f, lanes } = context
  const logarithm = logPair(context, product)
  const w = f.let(lanes.neg(logarithm.high))
  const root = f.let(lanes.sqrt(w))
  const square = productOf(context, root, root)
  const rest = lanes.sub(lanes.sub(lanes.sub(w, square.high), square.low), logarithm.low)
  const lost = f.let(lanes.div(rest, lanes.add(root, root)))

  // erf⁻¹(x) is near √w: of the small difference less is lost.
  const around = (coefficients: readonly number[], middle: number): Vector =>
    polynomial(lanes, coefficients, f.let(lanes.sub(root, lanes.constant(middle))))
  const isFar = lanes.gt(root, lanes.constant(farTailStart))
  const difference = lanes.select(isFar, around(farTail, farTailMiddle), around(tail, tailMiddle))
  return lanes.add(root, lanes.add(difference, lost))
}

/** Where √w is 2. */
const centreEnd = 4
const tailMiddle = 3
const farTailStart = 4
const farTailMiddle = 5

/** erf⁻¹(x) / x − 1 in w, by minimax.py, `erf_inverse`. */
const centre: readonly number[] = [
  -0.11377307454724199, 0.23201366653465533, 0.011549342038235882, -0.0023351016410317147,
  -0.00012804329932119502, 4.661146745894976e-5, 2.019892356908513e-6, -1.0123112921991414e-6,
  -3.774547427464239e-8, 2.34243190580773e-8, 7.216584645285976e-11, 5.366790097751625e-11,
  -4.0337211457297466e-10, 2.1844232864345408e-10, -8.705380553836048e-11, 2.913719093766285e-11,
  -7.816341717733006e-12, 1.617555184323839e-12, -2.5216670526455737e-13, 2.8721930785748214e-14,
  -2.261575952977517e-15, 1.1018924721296873e-16, -2.504225600229442e-18,
]

/** erf⁻¹(x) / x − √w in √w − tailMiddle, by `erf_inverse_tail`. */
const tail: readonly number[] = [
  -0.1670232012717293, 0.0016752766933999423, 0.009445522011985476, -0.007643805570072293,
  0.0056851824181391114, -0.003558794015610525, 0.0014837373386119357, -0.00014889810625848555,
  -0.0002831243665940386, 0.00020551660980889938, -4.6460716049030296e-5, -2.2873155510724174e-5,
  2.193548399858695e-5, -5.947392818587412e-6, -1.6545478667384768e-6, 1.998686623711864e-6,
  -6.403021148615447e-7, -7.665307396963885e-8, 1.6192300839858447e-7, -6.758918777130984e-8,
  3.582627545066482e-9, 1.259327805600388e-8, -8.09826529886125e-9, 9.733226073244973e-10,
  1.5739034055573103e-9, -6.60725932958702e-10, -1.1039165507987084e-10, 7.911516605228431e-11,
]

/** The same in √w − farTailMiddle. */
const farTail: readonly number[] = [
  -0.1500935985914159, 0.010300464864544463, -0.00013871931834106232, -0.00021503011977599585,
  7.599527712105318e-5, -1.9681771537118902e-5, 4.526061929300281e-6, -9.930235457111128e-7,
  2.2900728495351206e-7, -6.757724771743314e-8, 2.9142908456859944e-8, -1.5212799576878516e-8,
  7.621550154672702e-9, -3.5190199375001773e-9, 1.5040596651128059e-9, -4.092958660813423e-10,
  -2.6196961831881413e-11, 3.6023246304111506e-11,
]
