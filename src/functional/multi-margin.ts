import {
  type ClassAttributes,
  checkLabels,
  classAttributes,
  classWeight,
  errorsAtLabels,
  type IfLabels,
  keptShape,
  labelShape,
  labelVerdict,
  oneHotAlong,
  readLabels,
} from '../gates/class-labels.ts'
import {
  type CriterionOptions,
  knownReduction,
  type LossShape,
  type Reduction,
  reducedNotation,
  reduceErrors,
} from '../gates/criterion.ts'
import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { TensorLike } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'

export interface MultiMarginOptions {
  /** What each lead that is missing is raised to, 1 or 2. Default 1. */
  readonly p?: 1 | 2
  /** By how much the label's class should lead. Default 1. */
  readonly margin?: number
  /** What the error of each label counts, a number for each class. */
  readonly weight?: TensorLike
}

export interface MultiMargin {
  <
    S extends Shape,
    D extends DType,
    T extends Shape,
    E extends DType,
    R extends Reduction = 'mean',
  >(
    input: Value<S, D>,
    target: IfLabels<
      'multiMargin',
      S,
      T,
      IfDType<'multiMargin: target', E, 'i32' | 'u32', Value<T, E>>
    >,
    options?: CriterionOptions<R> & MultiMarginOptions,
  ): Value<LossShape<T, R>, D>
}

type MultiMarginAttributes = ClassAttributes & { readonly p: number; readonly margin: number }

/**
 * The error of scores of which the label's should be the largest: the mean over the classes of
 * max(0, margin − (score at the label − score))ᵖ, without the label's own, averaged over all rows.
 *
 * Shapes: input [n, classes] or [classes]; target, i32 or u32, [n] or [] → a scalar, or target's
 * where `reduction` is 'none'.
 * Throws: SHAPE where they do not fit; ATTRIBUTE for an option out of range; INDEX, when it runs,
 * for a label that is none of the classes.
 * Source: PyTorch `multi_margin_loss`.
 */
export const multiMargin: Gate<MultiMargin> = defineGate<
  MultiMargin,
  ['input', 'target'],
  MultiMarginAttributes
>({
  name: 'multiMargin',
  operands: ['input', 'target'],
  targets: ['target'],
  role: 'criterion',
  takes: { target: 'integer' },
  call: (
    input: Value,
    target: Value,
    { reduction = 'mean', p = 1, margin = 1, ...own }: CriterionOptions & MultiMarginOptions = {},
  ) => ({ inputs: [input, target], attributes: { reduction, p, margin, ...classAttributes(own) } }),
  constraints: {
    C1: {
      rule: 'input is [n, classes] with target [n], or [classes] with target []',
      holds: ({ input, target }) =>
        input.shape.length > 2
          ? `input has ${input.shape.length} axes`
          : labelVerdict({ input, target }),
      fix: 'give input as [n, classes] and target as [n] class indices',
      broken: { input: 'f32[4, 10]', target: 'i32[10]' },
    },
    C2: {
      ...knownReduction,
      broken: { input: 'f32[2, 3]', target: 'i32[2]', with: [{ reduction: 'average' }] },
    },
    C3: classWeight,
    C4: {
      code: 'ATTRIBUTE',
      rule: 'p is 1 or 2',
      holds: ({ attributes: { p } }) => p === 1 || p === 2 || `p is ${p}`,
      fix: 'leave p out for 1',
      broken: { input: 'f32[2, 3]', target: 'i32[2]', with: [{ p: 3 }] },
    },
  },
  checkData: (context) => checkLabels('multiMargin', context),
  shape: ({ input, attributes }) => (attributes.reduction === 'none' ? labelShape(input) : []),
  expand: ({ gates, input, target, attributes }) => {
    const { p, margin } = attributes
    const { places, weights } = readLabels(gates, input, target, attributes)
    const opposite = gates.reshape(errorsAtLabels(gates, input, { places }), keptShape(input.shape))
    const missing = gates.relu(gates.add(gates.add(input, opposite), margin))
    const cost = p === 2 ? gates.multiply(missing, missing) : missing
    const others = gates.subtract(1, oneHotAlong(gates, input, places))
    const errors = gates.mean(gates.multiply(cost, others), -1)
    return reduceErrors(gates, weights ? gates.multiply(errors, weights) : errors, attributes)
  },
  equation: ({ input, target, attributes }) => {
    const { p, margin } = attributes
    const missing = String.raw`\max(0, ${margin} - ${input}_{${target}} + ${input})`
    return reducedNotation(
      String.raw`\frac{1}{c} \sum_{j \ne ${target}} ${p === 2 ? `${missing}^2` : missing}`,
      attributes,
    )
  },
  // Expected values: torch 1.13, torch.nn.functional.multi_margin_loss.
  samples: [
    {
      input: [
        [0.5, -1, 2],
        [3, 2.5, 3],
      ],
      target: [0, 2],
      output: 0.6666666666666667,
    },
    {
      input: [
        [0.5, -1, 2],
        [3, 2.5, 3],
      ],
      target: [0, 2],
      with: [{ p: 2, margin: 0.5, weight: [0.5, 1, 2], reduction: 'none' }],
      output: [0.6666666666666666, 0.16666666666666666],
    },
    { input: [0.5, -1, 2], target: 1, with: [{ reduction: 'sum' }], output: 2.1666666666666665 },
  ],
})
