/** The error function: a polynomial below 1, and 1 − erfc(x) through the logarithm of erfc above. */
import type { Local } from '../function-builder.ts'
import { expWithinRange } from './exp.ts'
import { type Context, type LaneType, polynomial, type Vector, withSignOf } from './lanes.ts'

/** 2/√π ∫₀ˣ exp(−t²) dt. */
export function erf(context: Context, argument: Vector): Vector {
  const { f, lanes } = context
  const x = f.let(argument)
  const size = f.let(lanes.abs(x))
  const near = f.let(erfNearZero(context, x))

  // As x grows, exp of the polynomial shrinks, and its rounding errors with it.
  const beyond = f.let(
    lanes.sub(lanes.pmin(size, lanes.constant(ends[lanes.type])), lanes.constant(1)),
  )
  const exponent = f.let(lanes.neg(polynomial(lanes, tails[lanes.type], beyond)))
  const far = lanes.sub(lanes.constant(1), expWithinRange(context, exponent))
  return lanes.select(lanes.lt(size, lanes.constant(1)), near, withSignOf(lanes, far, x))
}

/** erf(x) for |x| < 1. */
export function erfNearZero({ f, lanes }: Pick<Context, 'f' | 'lanes'>, x: Local<'v128'>): Vector {
  const square = f.let(lanes.mul(x, x))
  return lanes.multiplyAdd(polynomial(lanes, centres[lanes.type], square), x, x)
}

/** From here the result rounds to 1. */
const ends: Record<LaneType, number> = { f32x4: 3.95, f64x2: 5.95 }

/** erf(x) / x − 1 in x² for |x| < 1, by minimax.py, `erf_centre`. */
const centres: Record<LaneType, readonly number[]> = {
  f32x4: [
    0.12837916612625122, -0.3761262595653534, 0.11283578723669052, -0.026853347197175026,
    0.005187164060771465, -0.000799788162112236, 7.807031943229958e-5,
  ],
  f64x2: [
    0.1283791670955126, -0.376126389031841, 0.1128379167097111, -0.026866170648035766,
    0.005223977652758597, -0.0008548328540738606, 0.00012055386412909232, -1.492688763013892e-5,
    1.648117124207925e-6, -1.6558455401265436e-7, 1.6022999992312353e-8, -1.6505629942571316e-9,
    1.441770400031976e-10,
  ],
}

/** −log(erfc(1 + t)) in t, by minimax.py, `erf_tail`. */
const tails: Record<LaneType, readonly number[]> = {
  f32x4: [
    1.8496055603027344, 2.638962745666504, 0.8431723713874817, 0.041264768689870834,
    -0.00946675706654787, 0.0015030809445306659, -0.00010021618800237775,
  ],
  f64x2: [
    1.8496055099332482, 2.6389675142347837, 0.8431072563591069, 0.04156109803021605,
    -0.010033825225869812, 0.0019779014753962434, -0.00023731738055833828, -2.6293956362549775e-5,
    2.719475427093527e-5, -9.665938070313878e-6, 2.126800169208816e-6, -2.0123953151928664e-7,
    -5.982932306151944e-8, 3.405832977901868e-8, -8.690187070079634e-9, 1.3482988668437136e-9,
    -1.2228031654902866e-10, 4.999217118778986e-12,
  ],
}
