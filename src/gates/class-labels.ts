/**
 * What the criteria share whose target names one class of many for each example: shapes, options,
 * what must hold of labels, and how they choose.
 */
import type { DType } from '../ir/dtype.ts'
import type { DataVerdict } from '../ir/gate.ts'
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { FormatShape, ShapeError } from '../ir/shape-type.ts'
import { ownTensor, type Tensor, type TensorLike } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { type CriterionAttributes, type MayEqual, reduceErrors, weightFor } from './criterion.ts'
import type { Gates } from './define.ts'
import { checkPlaces } from './index-range.ts'

/** The shape of the labels of scores: theirs without the axis of the classes. */
export type LabelShape<S extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [infer N extends number, number, ...infer Rest extends Shape]
    ? [N, ...Rest]
    : []

/** `Then` where T may be the shape of labels for scores of shape S, else a ShapeError. */
export type IfLabels<Gate extends string, S extends Shape, T extends Shape, Then> =
  MayEqual<LabelShape<S>, T> extends true
    ? Then
    : ShapeError<`${Gate}: input ${FormatShape<S>} needs labels ${FormatShape<LabelShape<S>>}, not ${FormatShape<T>}`>

export interface ClassOptions {
  /** What the errors of each class count, a number for each; the mean divides by their sum. */
  readonly weight?: TensorLike
  /** A label whose examples count nothing. Default: there is none. */
  readonly ignoreIndex?: number
}

/** Options that were given; those that were not are absent, so that they print nothing. */
export type ClassAttributes = CriterionAttributes & {
  readonly weight?: Tensor
  readonly ignoreIndex?: number
}

export function classAttributes({
  weight,
  ignoreIndex,
}: ClassOptions): Omit<ClassAttributes, 'reduction'> {
  return {
    ...(weight !== undefined && { weight: ownTensor(weight, { dtype: 'f64' }) }),
    ...(ignoreIndex !== undefined && { ignoreIndex }),
  }
}

/** PyTorch's order: the first axis counts the examples, unless there is but one. */
export function classAxis(shape: Shape): number {
  return shape.length > 1 ? 1 : 0
}

export function labelShape(shape: Shape): Shape {
  return shape.filter((_, axis) => axis !== classAxis(shape))
}

/** The shape of labels with an axis of size 1 where the classes are. */
export function keptShape(shape: Shape): Shape {
  return shape.with(classAxis(shape), 1)
}

type ClassConstraint = Constraint<readonly ['input', 'target'], ClassAttributes>

/** Whether `target` labels `input`; else what is wrong, in words. */
export function labelVerdict({
  input,
  target,
}: {
  readonly input: Value
  readonly target: Value
}): true | string {
  if (input.shape.length === 0) return 'input [] has no axis of classes'
  const labels = labelShape(input.shape)
  const got = `target ${formatShape(target.shape)} does not label input ${formatShape(input.shape)}`
  return sameShape(labels, target.shape) || `${got}, which needs ${formatShape(labels)}`
}

export const classWeight: ClassConstraint = {
  rule: 'weight has a number for each class',
  holds: ({ input, attributes: { weight } }) => {
    const classes = input.shape[classAxis(input.shape)] ?? 0
    return (
      weight === undefined ||
      sameShape(weight.shape, [classes]) ||
      `weight ${formatShape(weight.shape)} is not for the ${classes} classes of input ${formatShape(input.shape)}`
    )
  },
  fix: 'give one number for each class, or leave weight out',
  broken: { input: 'f32[2, 3]', target: 'i32[2]', with: [{ weight: [1, 2] }] },
}

export const knownIgnoreIndex: ClassConstraint = {
  code: 'ATTRIBUTE',
  rule: 'ignoreIndex is a whole number that the dtype of target holds',
  holds: ({ target, attributes: { ignoreIndex = 0 } }) =>
    (Number.isInteger(ignoreIndex) && (ignoreIndex >= 0 || target.dtype !== 'u32')) ||
    `ignoreIndex cannot be ${ignoreIndex}`,
  fix: 'give the label that is to count nothing, such as -100, and labels as i32',
  broken: { input: 'f32[2, 3]', target: 'i32[2]', with: [{ ignoreIndex: 0.5 }] },
}

/** Whether every label is one of the classes, or the one that is ignored. */
export function checkLabels(
  gate: string,
  { input, target, attributes }: { input: Tensor; target: Tensor; attributes: ClassAttributes },
): DataVerdict {
  const classes = input.shape[classAxis(input.shape)] ?? 0
  return checkPlaces(target, {
    ...{ gate, operand: 'target', element: 'label', length: classes },
    of: `input ${formatShape(input.shape)} has ${classes} classes`,
    fix: 'count classes from 0, and make the last layer as wide as there are classes',
    ...(attributes.ignoreIndex !== undefined && { except: attributes.ignoreIndex }),
  })
}

/** Labels as they choose: each within range, and what its example counts. */
export interface Labels {
  /** The labels, 0 where they are ignored. */
  readonly places: Value
  /** bool; absent where none is ignored. */
  readonly isKept?: Value
  /** What the error of each example counts; absent where each counts 1. */
  readonly weights?: Value
}

export function readLabels(
  gates: Gates,
  input: Value,
  target: Value,
  { weight, ignoreIndex }: ClassAttributes,
): Labels {
  const isKept = ignoreIndex === undefined ? undefined : gates.notEqual(target, ignoreIndex)
  // Both are of target's dtype, which is i32 or u32.
  const places = isKept ? gates.where(isKept as Value<Shape, 'bool'>, target, 0) : target
  if (!weight && !isKept) return { places }
  const ones = isKept && gates.cast(isKept, floatingOf(input))
  const chosen =
    weight && gates.take(weightFor(gates, weight, input), places as Value<Shape, 'i32'>)
  const weights = chosen && ones ? gates.multiply(chosen, ones) : (chosen ?? ones)
  return { places, ...(isKept && { isKept }), ...(weights && { weights }) }
}

/** −input at each label, times what its example counts: of the labels' shape. */
export function errorsAtLabels(gates: Gates, input: Value, labels: Labels): Value {
  const { places, isKept, weights } = labels
  const at = gates.reshape(places, keptShape(input.shape)) as Value<Shape, 'i32'> // i32 or u32
  const chosen = gates.gather(input, at, classAxis(input.shape))
  const errors = gates.negate(gates.reshape(chosen, labelShape(input.shape)))
  // Chosen, not multiplied by 0: what is ignored may be infinite.
  const kept = isKept ? gates.where(isKept as Value<Shape, 'bool'>, errors, 0) : errors
  return weights ? gates.multiply(kept, weights) : kept
}

/** What a mean divides the sum of the errors by. */
export function countOf(gates: Gates, { weights, places }: Labels): Value | number {
  return weights ? gates.sum(weights) : places.shape.reduce((count, size) => count * size, 1)
}

/** The errors reduced, where the mean is one of what the examples count. */
export function reduceLabelled(
  gates: Gates,
  errors: Value,
  labels: Labels,
  attributes: CriterionAttributes,
): Value {
  const { reduction } = attributes
  if (reduction !== 'mean' || !labels.weights) return reduceErrors(gates, errors, attributes)
  return gates.divide(gates.sum(errors), gates.sum(labels.weights))
}

/** Of input's shape: 1 at the label's class, 0 elsewhere. */
export function oneHotAlong(gates: Gates, input: Value, places: Value): Value {
  const axis = classAxis(input.shape)
  const labels = places as Value<Shape, 'i32'> // i32 or u32
  const rows = gates.oneHot(labels, input.shape[axis] ?? 0, { dtype: floatingOf(input) })
  const last = input.shape.length - 1
  if (axis === last) return rows
  const order = input.shape.map((_, at) => (at < axis ? at : at === axis ? last : at - 1))
  return gates.transpose(rows, order)
}

function floatingOf({ dtype }: { readonly dtype: DType }): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32'
}
