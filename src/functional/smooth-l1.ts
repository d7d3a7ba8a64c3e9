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

export interface SmoothL1Options {
  /** Where the error turns from a square to a line; 0 is `l1`. Default 1. */
  readonly beta?: number
}

type SmoothL1Attributes = CriterionAttributes & { readonly beta: number }

/**
 * Error of d = input − target that is d² / (2 beta) up to |d| = beta and |d| − beta / 2 beyond,
 * averaged over all elements: `huber`, divided by beta.
 *
 * Shapes: input [...], target of the same shape → a scalar, or input's where `reduction` is 'none'.
 * Throws: SHAPE where the two shapes differ; ATTRIBUTE for an option out of range.
 * Source: PyTorch `smooth_l1_loss`.
 */
export const smoothL1: Gate<Criterion<'smoothL1', SmoothL1Options>> = defineGate<
  Criterion<'smoothL1', SmoothL1Options>,
  ['input', 'target'],
  SmoothL1Attributes
>({
  name: 'smoothL1',
  ...alike,
  call: criterionCallOf(2, { beta: 1 }),
  constraints: {
    ...alikeConstraints,
    C4: {
      code: 'ATTRIBUTE',
      rule: 'beta is a finite number, 0 or more',
      holds: ({ attributes: { beta } }) =>
        (beta >= 0 && Number.isFinite(beta)) || `beta is ${beta}`,
      fix: 'leave beta out for 1',
      broken: { input: 'f32[2]', target: 'f32[2]', with: [{ beta: -1 }] },
    },
  },
  expand: ({ gates, input, target, attributes }) => {
    const { beta } = attributes
    const difference = gates.subtract(input, target)
    const size = gates.abs(difference)
    if (beta === 0) return reduceErrors(gates, size, attributes)
    const square = gates.multiply(gates.multiply(difference, difference), 0.5 / beta)
    const errors = gates.where(gates.less(size, beta), square, gates.subtract(size, beta / 2))
    return reduceErrors(gates, errors, attributes)
  },
  equation: ({ input, target, attributes }) =>
    reducedNotation(
      String.raw`\operatorname{smoothL1}_{${attributes.beta}}(${input} - ${target})`,
      attributes,
    ),
  local: ({ input, target, attributes }) => {
    const { beta } = attributes
    const slope = (difference: string) =>
      beta === 0
        ? String.raw`\operatorname{sign}(${difference})`
        : String.raw`\operatorname{clamp}(\frac{${difference}}{${beta}}, -1, 1)`
    return {
      input: localNotation(slope(`${input} - ${target}`), attributes),
      target: localNotation(slope(`${target} - ${input}`), attributes),
    }
  },
  // Expected values: torch 1.13, torch.nn.functional.smooth_l1_loss.
  samples: [
    { input: [1.5, -2, 0.5, 3], target: [1, 1, 0.5, -1], output: 1.53125 },
    {
      input: [1.5, -2, 0.5, 3],
      target: [1, 1, 0.5, -1],
      with: [{ beta: 3.5, reduction: 'none' }],
      output: [0.03571428571428571, 1.2857142857142858, 0, 2.25],
    },
    { input: [1.5, -2], target: [1, 1], with: [{ beta: 0, reduction: 'sum' }], output: 3.5 },
  ],
})
