/** The types of criteria of three operands, and of those that measure over the last axis. */
import type { CriterionOptions, IfSameShape, LossShape, Reduction } from '../gates/criterion.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

/** The shape of what is measured over the last axis: without it. */
export type RowsOf<S extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [...infer Rows extends Shape, number]
    ? Rows
    : []

/** A criterion of three operands of one shape. */
export interface CriterionOfThree<Name extends string, More = unknown> {
  <
    S extends Shape,
    D extends DType,
    T extends Shape,
    E extends DType,
    U extends Shape,
    F extends DType,
    R extends Reduction = 'mean',
  >(
    first: Value<S, D>,
    second: IfSameShape<Name, S, T, IfSameDType<Name, D, E, Value<T, E>>>,
    third: IfSameShape<Name, S, U, IfSameDType<Name, D, F, Value<U, F>>>,
    options?: CriterionOptions<R> & More,
  ): Value<LossShape<S, R>, D>
}
