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
    mse: CriterionMethod<'mse'>
  }
}

/**
 * Squared error (input − target)², averaged over all elements.
 *
 * Shapes: input [...], target of the same shape → a scalar, or input's where `reduction` is 'none'.
 * Throws: SHAPE where the two shapes differ; ATTRIBUTE for a reduction that is none of the three.
 * Source: PyTorch `mse_loss`.
 */
export const mse: Gate<Criterion<'mse'>> = defineGate<
  Criterion<'mse'>,
  ['input', 'target'],
  CriterionAttributes
>({
  name: 'mse',
  operands: ['input', 'target'],
  targets: ['target'],
  role: 'criterion',
  call: criterionCall,
  constraints: alikeConstraints,
  shape: lossShape,
  expand: ({ gates, input, target, attributes }) => {
    const difference = gates.subtract(input, target)
    return reduceErrors(gates, gates.multiply(difference, difference), attributes)
  },
  backward: ({ gates, input, target, attributes, upstream }) => {
    const share = upstreamOfErrors(gates, { upstream, attributes, shape: input.shape })
    const gradient = gates.multiply(gates.multiply(share, 2), gates.subtract(input, target))
    return { input: gradient, target: gates.negate(gradient) }
  },
  equation: ({ input, target, attributes }) =>
    reducedNotation(`(${input} - ${target})^2`, attributes),
  local: ({ input, target, attributes }) => ({
    input: localNotation(`2(${input} - ${target})`, attributes),
    target: localNotation(`2(${target} - ${input})`, attributes),
  }),
  // Expected values: torch 1.13, torch.nn.functional.mse_loss.
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
      output: 4.260416666666667,
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
      output: 25.5625,
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
        [0.25, 9, 0],
        [16, 0.0625, 0.25],
      ],
    },
    {
      input: [2, Number.NaN, Number.POSITIVE_INFINITY],
      target: [0.5, 1, Number.POSITIVE_INFINITY],
      with: [{ reduction: 'none' }],
      output: [2.25, Number.NaN, Number.NaN],
    },
    { input: 3, target: 1, output: 4 },
    { input: [], target: [], output: Number.NaN },
  ],
})
