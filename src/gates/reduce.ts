/** What reductions share: their arguments, their attributes and their shapes. */
import { normalizeAxes, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export type ReduceAxis = number | readonly number[] | undefined

export interface ReduceAttributes {
  readonly [name: string]: readonly number[] | boolean
  /** Counted from the front, ascending. */
  readonly axes: readonly number[]
  readonly keepDims: boolean
}

/** The call rule of a reduction: `(x, axis?, { keepDims }?)`. */
export function reduceCall(
  gate: string,
): (
  x: Value,
  axis?: ReduceAxis,
  options?: { readonly keepDims?: boolean },
) => { readonly inputs: readonly Value[]; readonly attributes: ReduceAttributes } {
  return (x, axis, { keepDims = false } = {}) => ({
    inputs: [x],
    attributes: { axes: Object.freeze(normalizeAxes(axis, x.shape.length, gate)), keepDims },
  })
}

/** The shape rule of a reduction. */
export function reducedShape({
  x,
  attributes,
}: {
  readonly x: Shape
  readonly attributes: ReduceAttributes
}): Shape {
  if (attributes.keepDims) return keptShape(x, attributes)
  return x.filter((_, axis) => !attributes.axes.includes(axis))
}

/** The shape with size 1 on the reduced axes, so that a result broadcasts back. */
export function keptShape(shape: Shape, { axes }: ReduceAttributes): Shape {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
}
