/** The cosine of any finite angle: the sine a quarter of the circle further on. */
import type { Context, Vector } from './lanes.ts'
import { sineOfQuarter } from './quarter-wave.ts'
import { reduceAngle } from './reduce-angle.ts'

/** cos(x), x in radians; NaN for ±inf. */
export function cos(context: Context, argument: Vector): Vector {
  const { f, lanes } = context
  const { r, n } = reduceAngle(context, f.let(argument))
  return sineOfQuarter(context, f.let(lanes.addBits(n, lanes.bits(1n))), r)
}
