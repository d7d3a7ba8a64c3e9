/** What gates share that put elements in order along an axis. */
import type { DType } from '../ir/dtype.ts'
import type { Shape } from '../ir/shape.ts'
import type { TensorType, Value } from '../ir/value.ts'
import type { Gates } from './define.ts'
import { type ReduceAttributes, reducedCount } from './reduce.ts'

/** Elements in their order, and the places along the axis at which they stood. */
export type Ordered<S extends Shape, D extends DType> = readonly [
  values: Value<S, D>,
  indices: Value<S, 'i32'>,
]

/** What every sort says. */
export interface OrderAttributes {
  readonly [name: string]: number | boolean
  /** Counted from the front. */
  readonly axis: number
  readonly descending: boolean
}

export interface OrderOptions {
  /** The largest first. Default false. */
  readonly descending?: boolean
}

/** The types of both outputs, of that shape. */
export function orderedTypes(x: Value, shape: Shape): readonly TensorType[] {
  const own = Object.freeze([...shape])
  const values = Object.freeze({ shape: own, dtype: x.dtype })
  return [values, Object.freeze({ shape: own, dtype: 'i32' })]
}

/** The backward rule: what reaches an element in its new place goes back to where it stood. */
export function backToPlaces({
  gates,
  x,
  attributes: { axis },
  outputs: [, indices],
  upstreams: [upstream],
}: {
  readonly gates: Gates
  readonly x: Value
  readonly attributes: { readonly axis: number }
  readonly outputs: readonly Value[]
  readonly upstreams: readonly (Value | undefined)[]
}): { readonly x?: Value } {
  if (!upstream || !indices) return {}
  // Places are i32: what sort gives there.
  const places = indices as Value<Shape, 'i32'>
  return { x: gates.scatterAdd(gates.zerosLike(x), places, upstream, axis) }
}

/** How the backward rule is written. */
export function backToPlacesText({
  x,
  upstream,
  attributes: { axis },
}: {
  readonly x: string
  readonly upstream: string
  readonly attributes: { readonly axis: number }
}): string {
  return String.raw`\operatorname{scatterAdd}(0, \operatorname{argsort}(${x}), ${upstream}, ${axis})`
}

/** x with what is reduced as one axis, the last: [...kept, n]. */
export function asRows(gates: Gates, x: Value, attributes: ReduceAttributes): Value {
  const { axes } = attributes
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]))
  const sizes = kept.map((axis) => x.shape[axis] ?? 1)
  const rows = gates.transpose(x, [...kept, ...axes])
  return gates.reshape(rows, [...sizes, reducedCount(x.shape, attributes)])
}

/** Of one size along the last axis, at that place. */
export function elementOfRows(gates: Gates, rows: Value, place: number): Value {
  const last = rows.shape.length - 1
  const ranges = rows.shape.map((_, axis): [number?, number?] =>
    axis === last ? [place, place + 1] : [],
  )
  return gates.slice(rows, ranges)
}

/** `largest` where it is NaN, as that of a row with a NaN is; else `otherwise`. */
export function unlessNaN(gates: Gates, largest: Value, otherwise: Value): Value {
  return gates.where(gates.notEqual(largest, largest), largest, otherwise)
}
