/** Powers of 2: 2ˣ = 2ⁿ exp(r ln 2) with |r| ≤ ½. */
import { expMinusOneNearZero, scale } from './exp.ts'
import { type Context, type LaneType, rounder, type Vector } from './lanes.ts'

/** 2ˣ, exact where x is whole. */
export function exp2(context: Context, x: Vector): Vector {
  const { f, lanes } = context
  const [lowest, highest] = ends[lanes.type]
  const below = lanes.pmin(x, lanes.constant(highest))
  const bounded = f.let(lanes.pmax(below, lanes.constant(lowest)))
  const n = f.let(lanes.sub(lanes.add(bounded, rounder(lanes)), rounder(lanes)))
  // The difference is exact.
  const r = f.let(lanes.mul(lanes.sub(bounded, n), lanes.constant(Math.LN2)))
  const rest = expMinusOneNearZero(context, r)
  return scale(context, n).times(lanes.add(lanes.constant(1), rest))
}

/** Beyond them the result is 0 and infinite. */
const ends: Record<LaneType, readonly [lowest: number, highest: number]> = {
  f32x4: [-151, 129],
  f64x2: [-1076, 1025],
}
