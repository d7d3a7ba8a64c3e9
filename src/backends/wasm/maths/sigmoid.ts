/** The logistic function: 1 / (1 + e) or e / (1 + e) with e = exp(−|x|), so that nothing overflows. */
import { expMinusOneNearZero, expRange, reduceExponent, scale } from './exp.ts'
import type { Context, Vector } from './lanes.ts'

/** 1 / (1 + exp(−x)): the left tail keeps its digits down to the subnormal ones of exp(x). */
export function sigmoid(context: Context, argument: Vector): Vector {
  const { f, lanes } = context
  const one = lanes.constant(1)
  const x = f.let(argument)
  const negative = lanes.neg(lanes.abs(x))
  const lowest = lanes.constant(expRange[lanes.type].lowest)
  const { n, r } = reduceExponent(context, f.let(lanes.pmax(negative, lowest)))
  const rest = f.let(expMinusOneNearZero(context, r))
  const powers = scale(context, n)
  const e = f.let(powers.times(lanes.add(one, rest)))
  const sum = f.let(lanes.add(one, e))

  // What rounding 1 + e took is taken from the numerator before that is rounded: at 2 ulp
  // allowed there is no room for both roundings.
  const lost = f.let(lanes.sub(e, lanes.sub(sum, one)))
  const left = powers.times(lanes.add(one, lanes.sub(rest, lost)))
  const isNegative = lanes.lt(x, lanes.constant(0))
  return lanes.div(lanes.select(isNegative, left, lanes.sub(one, lost)), sum)
}
