import {
  alike,
  alikeConstraints,
  type Criterion,
  type CriterionAttributes,
  criterionCallOf,
  localNotation,
  reducedNotation,
  reduceErrors,
} from '../gates/criterion.ts'
import { defineGate } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'
import type { MarginOptions } from './margin-ranking.ts'

/**
 * The error of distances: input where target is 1, and max(0, margin − input) where it is −1,
 * averaged over all elements; the margin is 1 by default. A target of neither costs both.
 *
 * Shapes: input [...], target of the same shape → a scalar, or input's where `reduction` is 'none'.
 * Throws: SHAPE where the two shapes differ; ATTRIBUTE for a reduction that is none of the three.
 * Source: PyTorch `hinge_embedding_loss`.
 */
export const hingeEmbedding: Gate<Criterion<'hingeEmbedding', MarginOptions>> = defineGate<
  Criterion<'hingeEmbedding', MarginOptions>,
  ['input', 'target'],
  CriterionAttributes & { readonly margin: number }
>({
  name: 'hingeEmbedding',
  ...alike,
  call: criterionCallOf(2, { margin: 1 }),
  constraints: alikeConstraints,
  expand: ({ gates, input, target, attributes }) => {
    const short = gates.clamp(gates.subtract(attributes.margin, input), 0)
    const apart = gates.where(gates.notEqual(target, 1), short, 0)
    const near = gates.where(gates.notEqual(target, -1), input, 0)
    return reduceErrors(gates, gates.add(apart, near), attributes)
  },
  equation: ({ input, target, attributes }) =>
    reducedNotation(
      String.raw`[${target} \ne -1] \odot ${input} + [${target} \ne 1] \odot \max(0, ${attributes.margin} - ${input})`,
      attributes,
    ),
  local: ({ input, target, attributes }) => ({
    input: localNotation(
      String.raw`[${target} \ne -1] - [${target} \ne 1] \odot [${input} \le ${attributes.margin}]`,
      attributes,
    ),
    target: '0',
  }),
  // Expected values: torch 1.13, torch.nn.functional.hinge_embedding_loss.
  samples: [
    { input: [0.5, 0.25, 2], target: [1, -1, -1], output: 0.4166666666666667 },
    {
      input: [0.5, 0.25, 2, 3],
      target: [1, -1, -1, 0],
      with: [{ margin: 2.5, reduction: 'none' }],
      output: [0.5, 2.25, 0.5, 3],
    },
    { input: [[0.5, 0.25]], target: [[1, -1]], with: [{ reduction: 'sum' }], output: 1.25 },
  ],
})
