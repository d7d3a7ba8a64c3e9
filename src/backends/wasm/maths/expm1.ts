/** exp(x) − 1 without its cancellation near 0. */
import { expMinusOneNearZero, expRange, reduceExponent } from './exp.ts'
import { type Context, type LaneType, powerOfTwo, type Vector, withSignOf } from './lanes.ts'

/** exp(x) − 1. */
export function expm1(context: Context, argument: Vector): Vector {
  const { f, lanes } = context
  const x = f.let(argument)
  const highest = lanes.constant(expRange[lanes.type].highest)
  const bounded = lanes.pmax(lanes.pmin(x, highest), lanes.constant(starts[lanes.type]))
  const { shifted, r, lost } = reduceExponent(context, f.let(bounded))

  // 2 (2ⁿ⁻¹ (exp(r) − 1) + (2ⁿ⁻¹ − ½)): 2ⁿ itself may overflow before the result does.
  const power = f.let(powerOfTwo(lanes, lanes.subBits(shifted, lanes.bits(1n))))
  const rest = lanes.sub(power, lanes.constant(0.5))
  const rise = expMinusOneNearZero(context, r, lost())
  const half = f.let(lanes.multiplyAdd(power, rise, rest))
  // Only zero has lost its sign.
  return withSignOf(lanes, lanes.add(half, half), x)
}

/** Up to here the result rounds to −1. */
const starts: Record<LaneType, number> = { f32x4: -20, f64x2: -40 }
