/** What reductions share: their arguments, their attributes and their shapes. */
import type { DType } from '../ir/dtype.ts'
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, normalizeAxes, type Shape } from '../ir/shape.ts'
import type { ReduceShape } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'

export type ReduceAxis = number | readonly number[] | undefined

/** A reduction as a function. */
export interface Reduce {
  <
    S extends Shape,
    D extends DType,
    const A extends ReduceAxis = undefined,
    K extends boolean = false,
  >(
    x: Value<S, D>,
    axis?: A,
    options?: { readonly keepDims?: K },
  ): Value<ReduceShape<S, A, K>, D>
}

/** A reduction as a method. */
export interface ReduceMethod {
  <V extends Value, const A extends ReduceAxis = undefined, K extends boolean = false>(
    this: V,
    axis?: A,
    options?: { readonly keepDims?: K },
  ): Value<ReduceShape<V['shape'], A, K>, V['dtype']>
}

/** A reduction that says whether something holds. */
export interface ReduceTruth {
  <S extends Shape, const A extends ReduceAxis = undefined, K extends boolean = false>(
    x: Value<S>,
    axis?: A,
    options?: { readonly keepDims?: K },
  ): Value<ReduceShape<S, A, K>, 'bool'>
}

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

/** How many elements of x are combined into one. */
export function reducedCount(shape: Shape, { axes }: ReduceAttributes): number {
  return axes.reduce((count, axis) => count * (shape[axis] ?? 1), 1)
}

/** What a reduction without a neutral element asks: something to choose from. */
export const somethingToReduce: Constraint<readonly ['x'], ReduceAttributes> = {
  rule: 'the axes that are reduced have one element or more',
  holds: ({ x, attributes }) =>
    reducedCount(x.shape, attributes) > 0 ||
    `${formatShape(x.shape)} has no elements along ${
      attributes.axes.length === 1
        ? `axis ${attributes.axes[0]}`
        : `axes ${attributes.axes.join(', ')}`
    }`,
  fix: 'leave the reduction out where there is nothing to reduce',
  broken: { x: 'f32[2, 0]', with: [1] },
}

/** What a reduction asks that gives a place: one axis to count along, or all of them. */
export const oneAxisOrAll: Constraint<readonly ['x'], ReduceAttributes> = {
  code: 'ATTRIBUTE',
  rule: 'one axis, or none for all elements',
  holds: ({ x, attributes }) =>
    attributes.axes.length === 1 ||
    attributes.axes.length === x.shape.length ||
    `${attributes.axes.length} axes are named`,
  fix: 'name one axis; for several, reshape them into one first',
  broken: { x: 'f32[2, 3, 4]', with: [[0, 1]] },
}
