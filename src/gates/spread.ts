/** What var and std share: their arguments, and what they divide by. */
import type { DType } from '../ir/dtype.ts'
import type { Shape } from '../ir/shape.ts'
import type { ReduceShape } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import { type ReduceAttributes, type ReduceAxis, reduceCall, reducedCount } from './reduce.ts'

export interface SpreadOptions<K extends boolean = boolean> {
  /** What is taken off the number of elements that the sum is divided by. Default 1 (Bessel). */
  readonly correction?: number
  readonly keepDims?: K
}

export interface Spread {
  <
    S extends Shape,
    D extends DType,
    const A extends ReduceAxis = undefined,
    K extends boolean = false,
  >(
    x: Value<S, D>,
    axis?: A,
    options?: SpreadOptions<K>,
  ): Value<ReduceShape<S, A, K>, D>
}

export type SpreadAttributes = ReduceAttributes & { readonly correction: number }

export function spreadCall(gate: string): (
  x: Value,
  axis?: ReduceAxis,
  options?: SpreadOptions,
) => {
  readonly inputs: readonly Value[]
  readonly attributes: SpreadAttributes
} {
  const reduce = reduceCall(gate)
  return (x, axis, { correction = 1, ...options } = {}) => {
    const { inputs, attributes } = reduce(x, axis, options)
    // The reduction's attributes are its axes and keepDims, by its own type.
    return { inputs, attributes: { ...attributes, correction } as SpreadAttributes }
  }
}

/** n − correction, and nothing below 0. */
export function spreadCount(shape: Shape, attributes: SpreadAttributes): number {
  return Math.max(0, reducedCount(shape, attributes) - attributes.correction)
}
