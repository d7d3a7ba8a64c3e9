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

/**
 * log(1 + exp(−target ⊙ input)) of targets 1 and −1, averaged over all elements.
 *
 * Shapes: input [...], target of the same shape → a scalar, or input's where `reduction` is 'none'.
 * Throws: SHAPE where the two shapes differ; ATTRIBUTE for a reduction that is none of the three.
 * Source: PyTorch `soft_margin_loss`.
 */
export const softMargin: Gate<Criterion<'softMargin'>> = defineGate<
  Criterion<'softMargin'>,
  ['input', 'target'],
  CriterionAttributes
>({
  name: 'softMargin',
  ...alike,
  call: criterionCallOf(2, {}),
  constraints: alikeConstraints,
  // As a softplus it neither overflows nor loses what is below 1e-16.
  expand: ({ gates, input, target, attributes }) =>
    reduceErrors(gates, gates.softplus(gates.negate(gates.multiply(target, input))), attributes),
  equation: ({ input, target, attributes }) =>
    reducedNotation(String.raw`\log(1 + \exp(-${target} \odot ${input}))`, attributes),
  local: ({ input, target, attributes }) => {
    const share = String.raw`\operatorname{sigmoid}(-${target} \odot ${input})`
    return {
      input: localNotation(String.raw`-${target} \odot ${share}`, attributes),
      target: localNotation(String.raw`-${input} \odot ${share}`, attributes),
    }
  },
  // Expected values: torch 1.13, torch.nn.functional.soft_margin_loss.
  samples: [
    { input: [0.5, -1, 2], target: [1, 1, -1], output: 1.3047555609137673 },
    {
      input: [0.5, -1, 80],
      target: [1, 1, -1],
      with: [{ reduction: 'none' }],
      output: [0.4740769841801067, 1.3132616875182228, 80],
    },
    { input: [0.5, -1], target: [-1, 1], with: [{ reduction: 'sum' }], output: 2.2873386716983295 },
  ],
})
