/** The logarithm of f64 with 65 bits: what pow multiplies and erfInverse takes the root of. */
import type { Local } from '../function-builder.ts'
import { v128 } from '../instructions.ts'
import { type Context, polynomial } from './lanes.ts'
import { logLimits, splitExponent } from './log.ts'
import { type Pair, pairProductOf, productOf, sumOf } from './pair.ts'

/** log(x) with an error of about 2⁻⁶⁵ of it, for what is positive and finite. */
export function logPair(context: Context, x: Local<'v128'>): Pair {
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

/** ⅓ − the f64 nearest to it. */
const thirdLow = 1.850371707708594e-17

/** (artanh(s) / s − 1 − z / 3) / z² in z = s², by minimax.py, `artanh`. */
const artanhRest: readonly number[] = [
  0.1999999999999999, 0.14285714285722606, 0.11111111108755722, 0.09090909436693971,
  0.07692278330488929, 0.06668162757753808, 0.05837326891798671, 0.059951941450543604,
]
