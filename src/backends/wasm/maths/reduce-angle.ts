/** Angles for sine and cosine: x = n π/2 + r with |r| ≤ π/4, for every finite x. */
import type { Local } from '../function-builder.ts'
import { f32x4, f64, f64x2, i8x16, v128 } from '../instructions.ts'
import { type Context, lanesOf, rounder, type Vector } from './lanes.ts'

export interface Angle {
  readonly r: Local<'v128'>
  /** n in the last bits of every lane, as integers of its width. */
  readonly n: Local<'v128'>
}

/** r to within ½ ulp; NaN for what is not finite. */
export function reduceAngle(context: Context, x: Local<'v128'>): Angle {
  const { f, lanes } = context
  if (lanes.type === 'f64x2') {
    const { r, shifted } = reducePair(context, x)
    return { r, n: shifted }
  }
  // In f64: of three parts of π/2 in f32 too few bits are left where x is near a multiple of it.
  const pairs = { ...context, lanes: lanesOf('f64x2', lanes.isRelaxed) }
  const high = i8x16.shuffle(x, x, [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15])
  const first = reducePair(pairs, f.let(f64x2.promoteLowF32x4(x)))
  const second = reducePair(pairs, f.let(f64x2.promoteLowF32x4(high)))
  const lowest = (count: number) => [0, 1, 2, 3].map((byte) => byte + count)
  const halves = [...lowest(0), ...lowest(4), ...lowest(16), ...lowest(20)]
  const words = [...lowest(0), ...lowest(8), ...lowest(16), ...lowest(24)]
  const r = f.let(
    i8x16.shuffle(f32x4.demoteF64x2Zero(first.r), f32x4.demoteF64x2Zero(second.r), halves),
  )
  return { r, n: f.let(i8x16.shuffle(first.shifted, second.shifted, words)) }
}

type Parts = [Vector, Vector, Vector] // as many as halfPi has

interface Pair {
  readonly r: Local<'v128'>
  readonly shifted: Local<'v128'>
}

function reducePair({ f, lanes, hugeAngle }: Context, x: Local<'v128'>): Pair {
  const shifted = f.let(lanes.multiplyAdd(x, lanes.constant(2 / Math.PI), rounder(lanes)))
  const n = f.let(lanes.sub(shifted, rounder(lanes)))
  // Products with the first two parts are exact, being of 33 and at most 20 bits, and so is the
  // first difference; what rounding the second took goes into the third, so r is rounded once.
  const [first, second, third] = halfPi.map((part) => lanes.constant(part)) as Parts
  const upper = f.let(lanes.multiplySubtract(n, first, x))
  const middle = f.let(lanes.mul(n, second))
  const main = f.let(lanes.sub(upper, middle))
  const gained = lanes.add(lanes.sub(main, upper), middle)
  // A difference, since a sum of −0 and 0 would lose the sign.
  const r = f.let(lanes.sub(main, lanes.multiplyAdd(n, third, gained)))

  const isHuge = f.let(lanes.gt(lanes.abs(x), lanes.constant(limit)))
  f.if(v128.anyTrue(isHuge), () => {
    for (const lane of [0, 1]) {
      f.if(f64.gt(f64.abs(f64x2.extractLane(x, lane)), limit), () => {
        const angle = f.let(hugeAngle().call(f64x2.extractLane(x, lane)))
        f.set(r, f64x2.replaceLane(r, lane, f64x2.extractLane(angle, 0)))
        f.set(shifted, f64x2.replaceLane(shifted, lane, f64x2.extractLane(angle, 1)))
      })
    }
  })
  return { r, shifted }
}

/** Up to here n has 20 bits. */
const limit = 2 ** 20

/** π/2 in two parts of 33 bits and one of 53. */
const halfPi = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21]
