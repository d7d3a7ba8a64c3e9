/** Sums of two f64 that are not rounded to one: about 106 bits, for what pow needs of a logarithm. */
import type { Local } from '../function-builder.ts'
import { f64x2, i64x2, v128 } from '../instructions.ts'
import type { Context, Vector } from './lanes.ts'

/** high + low, low below the last place of high. */
export interface Pair {
  readonly high: Local<'v128'>
  readonly low: Local<'v128'>
}

type Writing = Pick<Context, 'f'>
type Single = Local<'v128'>

/** a + b exactly, for |a| ≥ |b| or a = 0; then `more`, rounded. */
export function sumOf({ f }: Writing, a: Single, b: Single, more?: Vector): Pair {
  const high = f.let(f64x2.add(a, b))
  const lost = f64x2.sub(b, f64x2.sub(high, a))
  return { high, low: f.let(more === undefined ? lost : f64x2.add(lost, more)) }
}

/** a · b exactly, where nothing overflows or underflows; then `more`, rounded. */
export function productOf({ f }: Writing, a: Single, b: Single, more?: Vector): Pair {
  const high = f.let(f64x2.mul(a, b))
  // Of halves with at most 27 bits, all products are exact: T. J. Dekker, 1971. A fused
  // multiply-add would do it in one instruction, but no instruction is sure to be fused.
  const first = split(f, a)
  const second = split(f, b)
  const main = f64x2.sub(f64x2.mul(first.high, second.high), high)
  const mixed = f64x2.add(
    f64x2.add(main, f64x2.mul(first.high, second.low)),
    f64x2.mul(first.low, second.high),
  )
  const lost = f64x2.add(mixed, f64x2.mul(first.low, second.low))
  return { high, low: f.let(more === undefined ? lost : f64x2.add(lost, more)) }
}

/** a · b to about 104 bits. */
export function pairProductOf(context: Writing, a: Pair, b: Pair): Pair {
  const mixed = f64x2.add(f64x2.mul(a.high, b.low), f64x2.mul(a.low, b.high))
  return productOf(context, a.high, b.high, mixed)
}

/** The upper 26 bits of x, and the rest. */
function split(f: Context['f'], x: Single): Pair {
  const high = f.let(v128.and(x, i64x2.constant(-(2n ** 27n))))
  return { high, low: f.let(f64x2.sub(x, high)) }
}
