/** Values made from a shape alone. */
import type { ComputeDType } from '../ir/dtype.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { broadcastTo } from './broadcast-to.ts'
import { constant } from './constant.ts'

/** A value of `shape` that holds `value` everywhere. Source: NumPy `full`. */
export function full<const S extends Shape, const D extends ComputeDType = 'f32'>(
  shape: S,
  value: number,
  options: { readonly dtype?: D } = {},
): Value<S, D> {
  const scalar: Value<[], D> = constant(value, options)
  return broadcastTo(scalar, shape)
}

/** Zeros of `shape`. Source: NumPy `zeros`. */
export function zeros<const S extends Shape, const D extends ComputeDType = 'f32'>(
  shape: S,
  options: { readonly dtype?: D } = {},
): Value<S, D> {
  return full(shape, 0, options)
}

/** Ones of `shape`. Source: NumPy `ones`. */
export function ones<const S extends Shape, const D extends ComputeDType = 'f32'>(
  shape: S,
  options: { readonly dtype?: D } = {},
): Value<S, D> {
  return full(shape, 1, options)
}
