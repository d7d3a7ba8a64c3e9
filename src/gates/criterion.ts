/** What the criteria share: options, constraints, the reduction forth and back, and its notation. */
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType, MeetDType } from '../ir/dtype-type.ts'
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, type Shape, sameShape, sizeOf } from '../ir/shape.ts'
import type { FormatShape, ShapeError } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import type { Gates } from './define.ts'

/** What becomes of the errors of the single elements. */
export type Reduction = 'mean' | 'sum' | 'none'

export interface CriterionOptions<R extends Reduction = Reduction> {
  /** Default `mean`. */
  readonly reduction?: R
}

export type CriterionAttributes = { readonly reduction: Reduction }

/**
 * A criterion whose target has the shape and dtype of its input; `More` are options of its own.
 */
export interface Criterion<Name extends string, More = unknown> {
  <
    S extends Shape,
    D extends DType,
    T extends Shape,
    E extends DType,
    R extends Reduction = 'mean',
  >(
    input: Value<S, D>,
    target: IfSameShape<Name, S, T, IfSameDType<Name, D, E, Value<T, E>>>,
    options?: CriterionOptions<R> & More,
  ): Value<LossShape<S, R>, MeetDType<D, E>>
}

/** The method of such a criterion. */
export interface CriterionMethod<Name extends string, More = unknown> {
  <V extends Value, const T extends Shape, E extends DType, R extends Reduction = 'mean'>(
    this: V,
    target: IfSameShape<Name, V['shape'], T, IfSameDType<Name, V['dtype'], E, Value<T, E>>>,
    options?: CriterionOptions<R> & More,
  ): Value<LossShape<V['shape'], R>, MeetDType<V['dtype'], E>>
}

/** The shape of a reduced error: a scalar, or S where nothing is reduced. */
export type LossShape<S extends Shape, R extends Reduction> = R extends 'none' ? S : []

/** `Then` where the shapes may be equal, else a ShapeError that reads like the run-time error. */
export type IfSameShape<Gate extends string, S extends Shape, T extends Shape, Then> =
  MayEqual<S, T> extends true
    ? Then
    : ShapeError<`${Gate}: input ${FormatShape<S>} and target ${FormatShape<T>} differ in shape`>

/** Whether S and T can be one shape; what is only known to be a number may be any. */
export type MayEqual<S extends Shape, T extends Shape> = number extends S['length'] | T['length']
  ? true
  : S extends readonly [infer A extends number, ...infer SRest extends Shape]
    ? T extends readonly [infer B extends number, ...infer TRest extends Shape]
      ? number extends A | B
        ? MayEqual<SRest, TRest>
        : A extends B
          ? MayEqual<SRest, TRest>
          : false
      : false
    : T extends readonly []
      ? true
      : false

/** The call rule `(input, target, { reduction = 'mean' })`. */
export function criterionCall(
  input: Value,
  target: Value,
  { reduction = 'mean' }: CriterionOptions = {},
): { readonly inputs: readonly Value[]; readonly attributes: CriterionAttributes } {
  return { inputs: [input, target], attributes: { reduction } }
}

/** The shape rule of a criterion whose errors have the shape of its input. */
export function lossShape({
  input,
  attributes,
}: {
  readonly input: Shape
  readonly attributes: CriterionAttributes
}): Shape {
  return attributes.reduction === 'none' ? input : []
}

type CriterionConstraint = Constraint<readonly ['input', 'target'], CriterionAttributes>

export const knownReduction: CriterionConstraint = {
  code: 'ATTRIBUTE',
  rule: "reduction is 'mean', 'sum' or 'none'",
  holds: ({ attributes: { reduction } }) =>
    ['mean', 'sum', 'none'].includes(reduction) || `there is no reduction '${reduction}'`,
  fix: "leave reduction out for the mean, or choose 'sum' or 'none'",
  broken: { input: 'f32[2]', target: 'f32[2]', with: [{ reduction: 'average' }] },
}

/** The constraints of a criterion whose target has the shape and dtype of its input. */
export const alikeConstraints: { readonly [id in 'C1' | 'C2' | 'C3']: CriterionConstraint } = {
  C1: {
    rule: 'input and target have the same shape',
    holds: ({ input, target }) =>
      sameShape(input.shape, target.shape) ||
      `input ${formatShape(input.shape)} and target ${formatShape(target.shape)} differ in shape`,
    fix: 'reshape the target; a criterion does not broadcast, which would average over all pairs',
    broken: { input: 'f32[4, 1]', target: 'f32[4]' },
  },
  C2: {
    code: 'DTYPE',
    rule: 'input and target have the same dtype',
    holds: ({ input, target }) =>
      input.dtype === target.dtype || `dtypes ${input.dtype} and ${target.dtype} do not mix`,
    fix: "convert the target: cast(target, 'f32')",
    broken: { input: 'f32[2]', target: 'f64[2]' },
  },
  C3: knownReduction,
}

/** The errors of the single elements, reduced as the attribute says. */
export function reduceErrors(
  gates: Gates,
  errors: Value,
  { reduction }: CriterionAttributes,
): Value {
  if (reduction === 'none') return errors
  return reduction === 'sum' ? gates.sum(errors) : gates.mean(errors)
}

/**
 * The gradient that reaches the error of each element: the upstream, divided among those that a
 * mean is taken over. `shape` is that of the errors.
 */
export function upstreamOfErrors(
  gates: Gates,
  {
    upstream,
    attributes,
    shape,
  }: {
    readonly upstream: Value
    readonly attributes: CriterionAttributes
    readonly shape: Shape
  },
): Value {
  return attributes.reduction === 'mean' ? gates.divide(upstream, sizeOf(shape)) : upstream
}

/** LaTeX of the reduced error, from the error of an element. */
export function reducedNotation(error: string, { reduction }: CriterionAttributes): string {
  return reduction === 'none' ? error : String.raw`\operatorname{${reduction}}(${error})`
}

/** LaTeX of a local gradient, from the derivative of an element's error; n are averaged. */
export function localNotation(derivative: string, { reduction }: CriterionAttributes): string {
  return reduction === 'mean' ? String.raw`\frac{${derivative}}{n}` : derivative
}
