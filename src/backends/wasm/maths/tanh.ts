/** The hyperbolic tangent: a polynomial near 0, and 1 − 2 e / (1 + e) with e = exp(−2 |x|) beyond. */
import { expWithinRange } from './exp.ts'
import { type Context, type LaneType, polynomial, type Vector, withSignOf } from './lanes.ts'

/** tanh(x). */
export function tanh(context: Context, argument: Vector): Vector {
  const { f, lanes } = context
  const one = lanes.constant(1)
  const x = f.let(argument)
  const size = f.let(lanes.abs(x))
  const square = f.let(lanes.mul(size, size))
  const centre = polynomial(lanes, centres[lanes.type], square)
  const near = f.let(lanes.multiplyAdd(lanes.mul(square, centre), size, size))

  const bounded = lanes.pmin(size, lanes.constant(ends[lanes.type]))
  const e = f.let(expWithinRange(context, f.let(lanes.mul(bounded, lanes.constant(-2)))))
  const far = lanes.sub(one, lanes.div(lanes.add(e, e), lanes.add(e, one)))
  const isNear = lanes.lt(size, lanes.constant(seam))
  return withSignOf(lanes, lanes.select(isNear, near, far), x)
}

/** Beyond it the second form is within 2 ulp. */
const seam = 0.625

/** From here the result rounds to 1. */
const ends: Record<LaneType, number> = { f32x4: 9.5, f64x2: 20 }

/** (tanh(x) / x − 1) / x² in x² for |x| < seam, by minimax.py, `hyperbolic_tangent`. */
const centres: Record<LaneType, readonly number[]> = {
  f32x4: [
    -0.3333328068256378, 0.13331405818462372, -0.05373651534318924, 0.020628290250897408,
    -0.005692948121577501,
  ],
  f64x2: [
    -0.33333333333332854, 0.13333333333261932, -0.05396825393119282, 0.02186948757437358,
    -0.008863220980114031, 0.0035919889927822153, -0.0014549579518828679, 0.0005863135165912436,
    -0.00022855811030787936, 7.713743675791636e-5, -1.6069180946625225e-5,
  ],
}
