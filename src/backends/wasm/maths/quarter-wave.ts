/** What sine and cosine share: both over a quarter of the circle, and which of them is taken. */
import type { Local } from '../function-builder.ts'
import { v128 } from '../instructions.ts'
import { type Context, type LaneType, polynomial, type Vector, withSignOf } from './lanes.ts'

/** sin(n π/2 + r) for |r| ≤ π/4, n in the last bits of every lane. */
export function sineOfQuarter({ f, lanes }: Context, n: Local<'v128'>, r: Local<'v128'>): Vector {
  const square = f.let(lanes.mul(r, r))

  const sineRest = polynomial(lanes, sineRests[lanes.type], square)
  const sine = lanes.multiplyAdd(lanes.mul(square, r), sineRest, r)

  // 1 − r²/2 + r⁴ C, and what rounding 1 − r²/2 took.
  const half = f.let(lanes.mul(square, lanes.constant(0.5)))
  const main = f.let(lanes.sub(lanes.constant(1), half))
  const lost = lanes.sub(lanes.sub(lanes.constant(1), main), half)
  const cosineRest = polynomial(lanes, cosineRests[lanes.type], square)
  const cosine = lanes.add(main, lanes.multiplyAdd(lanes.mul(square, square), cosineRest, lost))

  const isOdd = lanes.subBits(lanes.bits(0n), v128.and(n, lanes.bits(1n)))
  const sign = lanes.shiftLeft(v128.and(n, lanes.bits(2n)), lanes.type === 'f32x4' ? 30 : 62)
  // r − 0 has lost the sign of r = −0.
  return v128.xor(lanes.select(isOdd, cosine, withSignOf(lanes, sine, r)), sign)
}

/** (sin(r) / r − 1) / r² in r², by minimax.py, `sine`. */
const sineRests: Record<LaneType, readonly number[]> = {
  f32x4: [-0.16666655242443085, 0.008332191966474056, -0.00019518786575645208],
  f64x2: [
    -0.16666666666666632, 0.008333333333322486, -0.0001984126982985318, 2.755731370494809e-6,
    -2.5050759865728102e-8, 1.589688489344431e-10,
  ],
}

/** (cos(r) − 1 + r²/2) / r⁴ in r², by minimax.py, `cosine`. */
const cosineRests: Record<LaneType, readonly number[]> = {
  f32x4: [0.04166664555668831, -0.00138873013202101, 2.4430672056041658e-5],
  f64x2: [
    0.0416666666666666, -0.001388888888887447, 2.4801587289666963e-5, -2.7557314399301986e-7,
    2.087572900194314e-9, -1.135991787136946e-11,
  ],
}
