import {
  alike,
  alikeConstraints,
  type CriterionAttributes,
  type CriterionOptions,
  fittingWeight,
  type IfSameShape,
  type LossShape,
  localNotation,
  type Reduction,
  reducedNotation,
  reduceErrors,
  type WeightAttributes,
  type WeightOptions,
  weighted,
  weightedCall,
} from '../gates/criterion.ts'
import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { RowsOf } from './criterion-of-three.ts'

export interface MultiLabelSoftMargin {
  <
    S extends Shape,
    D extends DType,
    T extends Shape,
    E extends DType,
    R extends Reduction = 'mean',
  >(
    input: Value<S, D>,
    target: IfSameShape<
      'multiLabelSoftMargin',
      S,
      T,
      IfSameDType<'multiLabelSoftMargin', D, E, Value<T, E>>
    >,
    options?: CriterionOptions<R> & WeightOptions,
  ): Value<LossShape<RowsOf<S>, R>, D>
}

/**
 * The error of logits for classes of which several may hold: the mean over the classes, the last
 * axis, of −(t log σ(z) + (1 − t) log(1 − σ(z))), averaged over all rows.
 *
 * Shapes: input [..., classes], target of the same shape, 0 or 1 → a scalar, or [...] where
 * `reduction` is 'none'; weight, a number for each class, broadcasts to input.
 * Throws: SHAPE where the shapes do not fit; ATTRIBUTE for a reduction that is none of the three.
 * Source: PyTorch `multilabel_soft_margin_loss`.
 */
export const multiLabelSoftMargin: Gate<MultiLabelSoftMargin> = defineGate<
  MultiLabelSoftMargin,
  ['input', 'target'],
  CriterionAttributes & WeightAttributes
>({
  name: 'multiLabelSoftMargin',
  ...alike,
  call: weightedCall,
  constraints: {
    ...alikeConstraints,
    C4: fittingWeight('weight'),
    C5: {
      rule: 'input has an axis of classes',
      holds: ({ input }) => input.shape.length > 0 || 'input [] has no axis of classes',
      fix: 'give input as [n, classes]',
      broken: { input: 'f32[]', target: 'f32[]' },
    },
  },
  shape: ({ input, attributes }) => (attributes.reduction === 'none' ? input.slice(0, -1) : []),
  expand: ({ gates, input, target, attributes }) => {
    const errors = gates.subtract(gates.softplus(input), gates.multiply(target, input))
    return reduceErrors(gates, gates.mean(weighted(gates, errors, attributes), -1), attributes)
  },
  equation: ({ input, target, attributes }) =>
    reducedNotation(
      String.raw`\frac{1}{c} \sum \log(1 + \exp(${input})) - ${target} \odot ${input}`,
      attributes,
    ),
  local: ({ input, target, attributes }) => ({
    input: localNotation(
      String.raw`\frac{1}{c} (\operatorname{sigmoid}(${input}) - ${target})`,
      attributes,
    ),
    target: localNotation(String.raw`-\frac{1}{c} ${input}`, attributes),
  }),
  // Expected values: torch 1.13, torch.nn.functional.multilabel_soft_margin_loss.
  samples: [
    {
      input: [
        [0.5, -1, 2],
        [-3, 0, 4],
      ],
      target: [
        [0, 1, 1],
        [1, 0, 0],
      ],
      output: 1.6956918571321333,
    },
    {
      input: [
        [0.5, -1, 2],
        [-3, 0, 4],
      ],
      target: [
        [0, 1, 1],
        [1, 0, 0],
      ],
      with: [{ weight: [0.5, 1, 2], reduction: 'none' }],
      output: [0.6847187338980737, 3.417913570727478],
    },
    {
      input: [0.5, -1, 200],
      target: [0, 1, 0],
      with: [{ reduction: 'sum' }],
      output: 67.42911289056612,
    },
  ],
})
