import {
  type CriterionAttributes,
  criterionCallOf,
  knownReduction,
  localNotation,
  reducedNotation,
  reduceErrors,
} from '../gates/criterion.ts'
import { defineGate } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'
import { alikeOperands } from './alike-operands.ts'
import type { CriterionOfThree } from './criterion-of-three.ts'

export interface MarginOptions {
  /** By how much the one should exceed the other. */
  readonly margin?: number
}

type MarginAttributes = CriterionAttributes & { readonly margin: number }

/**
 * max(0, margin − target ⊙ (input1 − input2)), averaged over all elements: input1 should be larger
 * by the margin, by default 0, where target is 1, and input2 where it is −1. At a tie the gradient
 * passes.
 *
 * Shapes: input1, input2 and target [...] alike → a scalar, or their shape where `reduction` is
 * 'none'.
 * Throws: SHAPE where the shapes differ; ATTRIBUTE for a reduction that is none of the three.
 * Source: PyTorch `margin_ranking_loss`.
 */
export const marginRanking: Gate<CriterionOfThree<'marginRanking', MarginOptions>> = defineGate<
  CriterionOfThree<'marginRanking', MarginOptions>,
  ['input1', 'input2', 'target'],
  MarginAttributes
>({
  name: 'marginRanking',
  operands: ['input1', 'input2', 'target'],
  targets: ['target'],
  role: 'criterion',
  call: criterionCallOf(3, { margin: 0 }),
  constraints: {
    ...alikeOperands(['input1', 'input2', 'target'], ['f32[4]', 'f32[4, 1]', 'f64[4]']),
    C3: {
      ...knownReduction,
      holds: ({ input1, target, attributes }) =>
        knownReduction.holds({ input: input1, target, attributes }),
      broken: {
        ...{ input1: 'f32[2]', input2: 'f32[2]', target: 'f32[2]' },
        with: [{ reduction: 'average' }],
      },
    },
  },
  shape: ({ input1, attributes }) => (attributes.reduction === 'none' ? input1 : []),
  expand: ({ gates, input1, input2, target, attributes }) => {
    const lead = gates.multiply(target, gates.subtract(input1, input2))
    return reduceErrors(gates, gates.clamp(gates.subtract(attributes.margin, lead), 0), attributes)
  },
  equation: ({ input1, input2, target, attributes }) =>
    reducedNotation(
      String.raw`\max(0, ${attributes.margin} - ${target} \odot (${input1} - ${input2}))`,
      attributes,
    ),
  local: ({ input1, input2, target, attributes }) => {
    const lead = String.raw`${target} \odot (${input1} - ${input2})`
    const isShort = String.raw`[${lead} \le ${attributes.margin}]`
    return {
      input1: localNotation(String.raw`-${target} \odot ${isShort}`, attributes),
      input2: localNotation(String.raw`${target} \odot ${isShort}`, attributes),
      target: localNotation(String.raw`(${input2} - ${input1}) \odot ${isShort}`, attributes),
    }
  },
  // Expected values: torch 1.13, torch.nn.functional.margin_ranking_loss.
  samples: [
    { input1: [1, 2, -1], input2: [0.5, 3, 1], target: [1, 1, -1], output: 0.3333333333333333 },
    {
      input1: [1, 2, -1],
      input2: [0.5, 3, 1],
      target: [1, 1, -1],
      with: [{ margin: 2.5, reduction: 'none' }],
      output: [2, 3.5, 0.5],
    },
    {
      input1: [[1, 2]],
      input2: [[0.5, 3]],
      target: [[-1, -1]],
      with: [{ margin: 0.25, reduction: 'sum' }],
      output: 0.75,
    },
  ],
})
