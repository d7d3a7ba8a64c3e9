/** log(1 + x) without the loss of x's digits in the sum. */
import type { Context, Vector } from './lanes.ts'
import { withSignOf } from './lanes.ts'
import { logEnds, logOfProduct, splitExponent } from './log.ts'

/** log(1 + x): −inf at −1, NaN below. */
export function log1p(context: Context, argument: Vector): Vector {
  const { f, lanes } = context
  const one = lanes.constant(1)
  const x = f.let(argument)
  const sum = f.let(lanes.add(x, one))

  // What rounding 1 + x took: log(sum + lost) = log(sum) + lost / sum.
  const isLarge = lanes.gt(x, one)
  const ofLarge = lanes.sub(one, lanes.sub(sum, x))
  const lost = lanes.select(isLarge, ofLarge, lanes.sub(x, lanes.sub(sum, one)))

  const split = splitExponent(context, sum)
  const k = f.let(split.k)
  // Where k is 0, 1 + x need not be rounded at all.
  const isNear = f.let(lanes.eq(k, lanes.constant(0)))
  const y = f.let(lanes.select(isNear, x, lanes.sub(split.m, one)))
  const extra = lanes.div(lost, sum)
  const far = lanes.select(isNear, lanes.constant(0), extra)
  const ended = f.let(logEnds(context, sum, logOfProduct(context, y, k, far)))
  // Only zero has lost its sign; a NaN may have any.
  return withSignOf(lanes, ended, x)
}
