/** The arc tangent: a polynomial near 0, around π/4 beyond, and around π/2 for what is large. */
import { type Context, type LaneType, polynomial, type Vector, withSignOf } from './lanes.ts'

/** atan(x), from −π/2 to π/2. */
export function atan(context: Context, argument: Vector): Vector {
  const { f, lanes } = context
  const one = lanes.constant(1)
  const zero = lanes.constant(0)
  const x = f.let(argument)
  const size = f.let(lanes.abs(x))
  const isFar = f.let(lanes.gt(size, lanes.constant(farSeam)))
  const isNear = f.let(lanes.lt(size, lanes.constant(nearSeam)))

  // atan(x) = atan(1) + atan((x − 1) / (x + 1)) = π/2 − atan(1 / x).
  const above = lanes.select(isFar, lanes.constant(-1), lanes.sub(size, one))
  const below = lanes.select(isFar, size, lanes.add(size, one))
  const quotient = lanes.div(above, below)
  const t = f.let(lanes.select(isNear, size, quotient))
  const [high, low] = quarters[lanes.type]
  const times = (part: number): Vector => {
    const beyond = lanes.select(isFar, lanes.constant(2 * part), lanes.constant(part))
    return lanes.select(isNear, zero, beyond)
  }
  const square = f.let(lanes.mul(t, t))
  const rest = lanes.mul(polynomial(lanes, rests[lanes.type], square), square)
  const main = lanes.add(lanes.multiplyAdd(rest, t, times(low)), t)
  return withSignOf(lanes, lanes.add(times(high), main), x)
}

const nearSeam = 0.625
const farSeam = 2.4375

/** π/4 in two parts. */
const quarters: Record<LaneType, readonly [high: number, low: number]> = {
  f32x4: [0.7853981852531433, -2.1855695031547384e-8],
  f64x2: [0.7853981633974483, 3.061616997868383e-17],
}

/** (atan(x) / x − 1) / x² in x² for |x| < nearSeam, by minimax.py, `arctangent`. */
const rests: Record<LaneType, readonly number[]> = {
  f32x4: [
    -0.33333268761634827, 0.199966698884964, -0.1422780156135559, 0.1063697561621666,
    -0.07031473517417908, 0.027533244341611862,
  ],
  f64x2: [
    -0.3333333333333305, 0.1999999999993275, -0.14285714280143952, 0.11111110877308515,
    -0.09090903252608054, 0.07692212897259537, -0.0666561003634157, 0.05873985725893296,
    -0.052150819179734076, 0.045591297163572866, -0.03717118628623963, 0.025528711886279334,
    -0.012493526429268605, 0.003123011064748152,
  ],
}
