import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Tensor, TensorLike } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import {
  classAttributes,
  classAxis,
  classWeight,
  keptShape,
  type LabelShape,
  labelShape,
} from './class-labels.ts'
import {
  byClass,
  errorsOfShares,
  knownSmoothing,
  type SmoothingAttributes,
  type SmoothingOptions,
  sharesOf,
  slopeOfShares,
  smoothingAttribute,
} from './class-shares.ts'
import {
  alikeConstraints,
  type CriterionAttributes,
  type CriterionOptions,
  type IfSameShape,
  type LossShape,
  localNotation,
  type Reduction,
  reducedNotation,
  reduceErrors,
  upstreamOfErrors,
} from './criterion.ts'
import { defineGate } from './define.ts'

export interface SoftCrossEntropyOptions extends SmoothingOptions {
  /** What the errors of each class count, a number for each; the mean is by rows all the same. */
  readonly weight?: TensorLike
}

export interface SoftCrossEntropy {
  <
    S extends Shape,
    D extends DType,
    T extends Shape,
    E extends DType,
    R extends Reduction = 'mean',
  >(
    input: Value<S, D>,
    target: IfSameShape<
      'softCrossEntropy',
      S,
      T,
      IfSameDType<'softCrossEntropy', D, E, Value<T, E>>
    >,
    options?: CriterionOptions<R> & SoftCrossEntropyOptions,
  ): Value<LossShape<LabelShape<S>, R>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    softCrossEntropy<
      V extends Value,
      const T extends Shape,
      E extends DType,
      R extends Reduction = 'mean',
    >(
      this: V,
      target: IfSameShape<
        'softCrossEntropy',
        V['shape'],
        T,
        IfSameDType<'softCrossEntropy', V['dtype'], E, Value<T, E>>
      >,
      options?: CriterionOptions<R> & SoftCrossEntropyOptions,
    ): Value<LossShape<LabelShape<V['shape']>, R>, V['dtype']>
  }
}

type SoftCrossEntropyAttributes = CriterionAttributes &
  SmoothingAttributes & { readonly weight?: Tensor }

/**
 * The error of logits against a probability for each class: −Σ target ⊙ log softmax(input) over
 * the classes, averaged over all rows. `crossEntropy` is it where target is of input's shape.
 *
 * Shapes: input [n, classes], or [n, classes, …], or [classes], target of the same shape → a
 * scalar, or input's without the axis of the classes where `reduction` is 'none'.
 * Throws: SHAPE where the two shapes differ; ATTRIBUTE for an option out of range.
 * Source: PyTorch `cross_entropy`, with class probabilities.
 */
export const softCrossEntropy: Gate<SoftCrossEntropy> = defineGate<
  SoftCrossEntropy,
  ['input', 'target'],
  SoftCrossEntropyAttributes
>({
  name: 'softCrossEntropy',
  operands: ['input', 'target'],
  targets: ['target'],
  role: 'criterion',
  call: (
    input: Value,
    target: Value,
    { reduction = 'mean', ...own }: CriterionOptions & SoftCrossEntropyOptions = {},
  ) => ({
    inputs: [input, target],
    attributes: { reduction, ...classAttributes(own), ...smoothingAttribute(own) },
  }),
  constraints: {
    ...alikeConstraints,
    C4: {
      rule: 'input has an axis of classes',
      holds: ({ input }) => input.shape.length > 0 || 'input [] has no axis of classes',
      fix: 'give input as [n, classes]',
      broken: { input: 'f32[]', target: 'f32[]' },
    },
    C5: {
      ...classWeight,
      broken: { input: 'f32[2, 3]', target: 'f32[2, 3]', with: [{ weight: [1, 2] }] },
    },
    C6: {
      ...knownSmoothing,
      broken: { input: 'f32[2, 3]', target: 'f32[2, 3]', with: [{ labelSmoothing: 1.5 }] },
    },
  },
  shape: ({ input, attributes }) => (attributes.reduction === 'none' ? labelShape(input) : []),
  expand: ({ gates, input, target, attributes }) =>
    reduceErrors(
      gates,
      errorsOfShares(gates, input, sharesOf(gates, target, attributes)),
      attributes,
    ),
  backward: ({ gates, input, target, attributes, upstream }) => {
    const shape = labelShape(input.shape)
    const share = upstreamOfErrors(gates, { upstream, attributes, shape })
    const spread = share.shape.length === 0 ? share : gates.reshape(share, keptShape(input.shape))
    const slope = slopeOfShares(gates, input, sharesOf(gates, target, attributes))
    const { weight, labelSmoothing = 0 } = attributes
    const logits = gates.logSoftmax(input, classAxis(input.shape))
    const kept = gates.multiply(byClass(gates, logits, weight), labelSmoothing - 1)
    return { input: gates.multiply(spread, slope), target: gates.multiply(spread, kept) }
  },
  equation: ({ input, target, attributes }) =>
    reducedNotation(
      String.raw`-\sum ${target} \odot \log \operatorname{softmax}(${input})`,
      attributes,
    ),
  local: ({ input, target, attributes }) => ({
    input: localNotation(String.raw`\operatorname{softmax}(${input}) - ${target}`, attributes),
    target: localNotation(String.raw`-\log \operatorname{softmax}(${input})`, attributes),
  }),
  // Expected values: torch 1.13, torch.nn.functional.cross_entropy.
  samples: [
    {
      input: [
        [0.5, -1, 2],
        [3, 3, 3],
      ],
      target: [
        [0.25, 0.5, 0.25],
        [1, 0, 0],
      ],
      output: 1.6074617926626336,
    },
    {
      input: [
        [0.5, -1, 2],
        [3, 3, 3],
      ],
      target: [
        [0.25, 0.5, 0.25],
        [1, 0, 0],
      ],
      with: [{ reduction: 'none' }],
      output: [2.116311296657157, 1.0986122886681098],
    },
    {
      input: [
        [0.5, -1, 2],
        [3, 3, 3],
      ],
      target: [
        [0.25, 0.5, 0.25],
        [1, 0, 0],
      ],
      with: [{ weight: [0.5, 1, 2], labelSmoothing: 0.25 }],
      output: 1.2922610302624433,
    },
  ],
})
