/** What the cross entropies share: each class's part in an error, by label or by probability. */
import type { Constraint } from '../ir/gate-spec.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { classAxis } from './class-labels.ts'
import { type CriterionAttributes, weightFor } from './criterion.ts'
import type { Gates } from './define.ts'

export interface SmoothingOptions {
  /** How much of each target is spread evenly over all classes, 0 to 1. Default 0. */
  readonly labelSmoothing?: number
}

/** Absent where it is 0. */
export type SmoothingAttributes = { readonly labelSmoothing?: number }

export function smoothingAttribute({ labelSmoothing = 0 }: SmoothingOptions): SmoothingAttributes {
  return labelSmoothing === 0 ? {} : { labelSmoothing }
}

export const knownSmoothing: Constraint<
  readonly ['input', 'target'],
  CriterionAttributes & SmoothingAttributes
> = {
  code: 'ATTRIBUTE',
  rule: 'labelSmoothing is a number from 0 to 1',
  holds: ({ attributes: { labelSmoothing = 0 } }) =>
    (labelSmoothing >= 0 && labelSmoothing <= 1) || `labelSmoothing is ${labelSmoothing}`,
  fix: 'leave it out for 0; usual is 0.1',
  broken: { input: 'f32[2, 3]', target: 'i32[2]', with: [{ labelSmoothing: 1.5 }] },
}

interface ShareAttributes {
  readonly weight?: Tensor
  readonly labelSmoothing?: number
}

/** What log softmax of each class is multiplied by, for targets of input's shape. */
export function sharesOf(
  gates: Gates,
  target: Value,
  { weight, labelSmoothing = 0 }: ShareAttributes,
): Value {
  const each = labelSmoothing / (target.shape[classAxis(target.shape)] ?? 1)
  const spread =
    labelSmoothing === 0 ? target : gates.add(gates.multiply(target, 1 - labelSmoothing), each)
  return byClass(gates, spread, weight)
}

/** x times the weight of its class, along the axis of the classes; x where there is none. */
export function byClass(gates: Gates, x: Value, weight: Tensor | undefined): Value {
  if (!weight) return x
  const shape = x.shape.map((size, axis) => (axis === classAxis(x.shape) ? size : 1))
  return gates.multiply(x, gates.reshape(weightFor(gates, weight, x), shape))
}

/** −Σ shares ⊙ log softmax(input), of the shape of labels. */
export function errorsOfShares(gates: Gates, input: Value, shares: Value): Value {
  const axis = classAxis(input.shape)
  return gates.negate(gates.sum(gates.multiply(shares, gates.logSoftmax(input, axis)), axis))
}

/** The derivative of these errors: softmax(input) · Σ shares − shares. */
export function slopeOfShares(gates: Gates, input: Value, shares: Value): Value {
  const axis = classAxis(input.shape)
  const total = gates.sum(shares, axis, { keepDims: true })
  return gates.subtract(gates.multiply(gates.softmax(input, axis), total), shares)
}
