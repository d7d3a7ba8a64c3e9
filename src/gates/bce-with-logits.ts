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
    bceWithLogits: CriterionMethod<'bceWithLogits'>
  }
}

/**
 * Binary cross entropy of p = sigmoid(input) and targets t, averaged over all elements; exact where
 * p itself would be rounded to 0 or 1.
 *
 * Shapes: input [...], target of the same shape → a scalar, or input's where `reduction` is 'none'.
 * Throws: SHAPE where the two shapes differ; ATTRIBUTE for a reduction that is none of the three.
 * Source: PyTorch `binary_cross_entropy_with_logits`.
 */
export const bceWithLogits: Gate<Criterion<'bceWithLogits'>> = defineGate<
  Criterion<'bceWithLogits'>,
  ['input', 'target'],
  CriterionAttributes
>({
  name: 'bceWithLogits',
  operands: ['input', 'target'],
  targets: ['target'],
  role: 'criterion',
  call: criterionCall,
  constraints: alikeConstraints,
  shape: lossShape,
  // −t log σ(z) − (1 − t) log(1 − σ(z)) = log(1 + exp(z)) − t z: no logarithm of a number near 0.
  expand: ({ gates, input, target, attributes }) => {
    const errors = gates.subtract(gates.softplus(input), gates.multiply(target, input))
    return reduceErrors(gates, errors, attributes)
  },
  backward: ({ gates, input, target, attributes, upstream }) => {
    const share = upstreamOfErrors(gates, { upstream, attributes, shape: input.shape })
    return {
      input: gates.multiply(share, gates.subtract(gates.sigmoid(input), target)),
      target: gates.negate(gates.multiply(share, input)),
    }
  },
  equation: ({ input, target, attributes }) =>
    reducedNotation(String.raw`\log(1 + \exp(${input})) - ${target} \odot ${input}`, attributes),
  local: ({ input, target, attributes }) => ({
    input: localNotation(String.raw`\operatorname{sigmoid}(${input}) - ${target}`, attributes),
    target: localNotation(`-${input}`, attributes),
  }),
  // Expected values: torch 1.13, torch.nn.functional.binary_cross_entropy_with_logits.
  samples: [
    {
      input: [
        [0.5, -1, 2],
        [-3, 0, 4],
      ],
      target: [
        [0, 1, 0.25],
        [1, 0, 0.5],
      ],
      output: 1.6123585237988,
    },
    {
      input: [
        [0.5, -1, 2],
        [-3, 0, 4],
      ],
      target: [
        [0, 1, 0.25],
        [1, 0, 0.5],
      ],
      with: [{ reduction: 'sum' }],
      output: 9.6741511427928,
    },
    {
      input: [
        [0.5, -1, 2],
        [-3, 0, 4],
      ],
      target: [
        [0, 1, 0.25],
        [1, 0, 0.5],
      ],
      with: [{ reduction: 'none' }],
      output: [
        [0.9740769841801067, 1.3132616875182228, 1.6269280110429727],
        [3.048587351573742, 0.6931471805599453, 2.01814992791781],
      ],
    },
    {
      input: [1000, -1000, 1000, -1000],
      target: [1, 0, 0, 1],
      with: [{ reduction: 'none' }],
      output: [0, 0, 1000, 1000],
    },
    {
      input: [Number.NaN, 1],
      target: [1, Number.NaN],
      with: [{ reduction: 'none' }],
      output: [Number.NaN, Number.NaN],
    },
    { input: -0.5, target: 1, output: 0.9740769841801067 },
  ],
})
