/** The sine of any finite angle. */
import type { Context, Vector } from './lanes.ts'
import { sineOfQuarter } from './quarter-wave.ts'
import { reduceAngle } from './reduce-angle.ts'

/** sin(x), x in radians; NaN for ±inf. */
export function sin(context: Context, argument: Vector): Vector {
  const { r, n } = reduceAngle(context, context.f.let(argument))
  return sineOfQuarter(context, n, r)
}
