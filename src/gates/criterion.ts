/** What the criteria share: options, constraints, the reduction forth and back, and its notation. */
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType, MeetDType } from '../ir/dtype-type.ts'
import type { Attribute } from '../ir/gate.ts'
import type { Constraint } from '../ir/gate-spec.ts'
import { broadcastShapes, formatShape, type Shape, sameShape, sizeOf } from '../ir/shape.ts'
import type { FormatShape, ShapeError } from '../ir/shape-type.ts'
import { ownTensor, type Tensor, type TensorLike } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import type { Gates } from './define.ts'

/** What becomes of the errors of the single elements. */
export type Reduction = 'mean' | 'sum' | 'none'

export interface CriterionOptions<R extends Reduction = Reduction> {
  /** Default `mean`. */
  readonly reduction?: R
}

export type CriterionAttributes = { readonly reduction: Reduction }

export interface WeightOptions {
  /** What the error of each element is multiplied by: numbers, of a shape that broadcasts to it. */
  readonly weight?: TensorLike
}

/** Absent where nothing is weighted, so that such a call prints as if there were no weights. */
export type WeightAttributes = { readonly weight?: Tensor }

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

/** What the criteria of an input and a target of its shape say alike; spread into their spec. */
export const alike: {
  readonly operands: ['input', 'target']
  readonly targets: ['target']
  readonly role: 'criterion'
  readonly shape: typeof lossShape
} = { operands: ['input', 'target'], targets: ['target'], role: 'criterion', shape: lossShape }

/**
 * The call rule `(...operands, { reduction = 'mean', ...own })` of `count` operands, where options
 * that are left out are those of `defaults`.
 */
export function criterionCallOf<const A extends Readonly<Record<string, Attribute>>>(
  count: number,
  defaults: A,
): (...args: readonly (Value | Partial<CriterionOptions & A> | undefined)[]) => {
  readonly inputs: readonly Value[]
  readonly attributes: CriterionAttributes & A
} {
  return (...args) => {
    const given = (args[count] ?? {}) as Partial<CriterionOptions & A> // after the operands
    const own = Object.keys(defaults).map((name) => [name, given[name] ?? defaults[name]])
    const { reduction = 'mean' } = given
    return {
      inputs: args.slice(0, count) as readonly Value[], // the operands come first
      attributes: { reduction, ...(Object.fromEntries(own) as A) }, // of the keys of A
    }
  }
}

/** The call rule `(input, target, { reduction = 'mean', weight })`. */
export function weightedCall(
  input: Value,
  target: Value,
  { weight, ...options }: CriterionOptions & WeightOptions = {},
): {
  readonly inputs: readonly Value[]
  readonly attributes: CriterionAttributes & WeightAttributes
} {
  const { inputs, attributes } = criterionCall(input, target, options)
  // In f64, which keeps each number as it was written.
  const given = weight === undefined ? {} : { weight: ownTensor(weight, { dtype: 'f64' }) }
  return { inputs, attributes: { ...attributes, ...given } }
}

/** A weight as a value that meets `x`. */
export function weightFor(gates: Gates, weight: Tensor, x: Value): Value {
  return gates.constant(weight, { dtype: x.dtype === 'f64' ? 'f64' : 'f32' })
}

/** The errors, each multiplied by its weight where there are weights. */
export function weighted(gates: Gates, errors: Value, { weight }: WeightAttributes): Value {
  return weight ? gates.multiply(errors, weightFor(gates, weight, errors)) : errors
}

/** The constraint that the weight `name` broadcasts to the input. */
export function fittingWeight(
  name: 'weight' | 'posWeight',
): Constraint<
  readonly ['input', 'target'],
  CriterionAttributes & Readonly<Record<string, Attribute>>
> {
  return {
    rule: `${name} broadcasts to the shape of input`,
    holds: ({ input, attributes }) => {
      const weight = attributes[name] as Tensor | undefined // as weightAttribute made it
      if (!weight) return true
      const met = broadcastShapes(weight.shape, input.shape)
      return (
        (!('clash' in met) && sameShape(met, input.shape)) ||
        `${name} ${formatShape(weight.shape)} does not broadcast to input ${formatShape(input.shape)}`
      )
    },
    fix: 'give a number for each place along the last axes of input',
    broken: { input: 'f32[2, 3]', target: 'f32[2, 3]', with: [{ [name]: [1, 2] }] },
  }
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
