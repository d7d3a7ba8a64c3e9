import type { Gate } from '../ir/gate.ts'
import {
  alikeConstraints,
  type Criterion,
  type CriterionAttributes,
  type CriterionMethod,
  criterionCall,
  localNotation,
  lossShape,
  reducedNotation,
  reduceErrors,
  upstreamOfErrors,
} from './criterion.ts'
import { defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    l1: CriterionMethod<'l1'>
  }
}

/**
 * Absolute error |input − target|, averaged over all elements. Its derivative at 0 is 0.
 *
 * Shapes: input [...], target of the same shape → a scalar, or input's where `reduction` is 'none'.
 * Throws: SHAPE where the two shapes differ; ATTRIBUTE for a reduction that is none of the three.
 * Source: PyTorch `l1_loss`.
 */
export const l1: Gate<Criterion<'l1'>> = defineGate<
  Criterion<'l1'>,
  ['input', 'target'],
  CriterionAttributes
>({
  name: 'l1',
  operands: ['input', 'target'],
  targets: ['target'],
  role: 'criterion',
  call: criterionCall,
  constraints: alikeConstraints,
  shape: lossShape,
  expand: ({ gates, input, target, attributes }) =>
    reduceErrors(gates, gates.abs(gates.subtract(input, target)), attributes),
  backward: ({ gates, input, target, attributes, upstream }) => {
    const share = upstreamOfErrors(gates, { upstream, attributes, shape: input.shape })
    const gradient = gates.multiply(share, gates.sign(gates.subtract(input, target)))
    return { input: gradient, target: gates.negate(gradient) }
  },
  equation: ({ input, target, attributes }) =>
    reducedNotation(String.raw`\lvert ${input} - ${target} \rvert`, attributes),
  local: ({ input, target, attributes }) => ({
    input: localNotation(String.raw`\operatorname{sign}(${input} - ${target})`, attributes),
    target: localNotation(String.raw`\operatorname{sign}(${target} - ${input})`, attributes),
  }),
  // Expected values: torch 1.13, torch.nn.functional.l1_loss.
  samples: [
    {
      input: [
        [1.5, -2, 0.5],
        [3, 0, -1],
      ],
      target: [
        [1, 1, 0.5],
        [-1, 0.25, -1.5],
      ],
      output: 1.375,
    },
    {
      input: [
        [1.5, -2, 0.5],
        [3, 0, -1],
      ],
      target: [
        [1, 1, 0.5],
        [-1, 0.25, -1.5],
      ],
      with: [{ reduction: 'sum' }],
      output: 8.25,
    },
    {
      input: [
        [1.5, -2, 0.5],
        [3, 0, -1],
      ],
      target: [
        [1, 1, 0.5],
        [-1, 0.25, -1.5],
      ],
      with: [{ reduction: 'none' }],
      output: [
        [0.5, 3, 0],
        [4, 0.25, 0.5],
      ],
    },
    {
      input: [2, Number.NaN, Number.POSITIVE_INFINITY],
      target: [0.5, 1, Number.POSITIVE_INFINITY],
      with: [{ reduction: 'none' }],
      output: [1.5, Number.NaN, Number.NaN],
    },
    { input: 3, target: 1, output: 2 },
    { input: [], target: [], output: Number.NaN },
  ],
})
