import type { Gate } from '../ir/gate.ts'
import { ownTensor, type Tensor, type TensorLike } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import {
  alike,
  alikeConstraints,
  type Criterion,
  type CriterionAttributes,
  type CriterionMethod,
  type CriterionOptions,
  fittingWeight,
  localNotation,
  reducedNotation,
  reduceErrors,
  upstreamOfErrors,
  type WeightAttributes,
  type WeightOptions,
  weighted,
  weightedCall,
  weightFor,
} from './criterion.ts'
import { defineGate, type Gates } from './define.ts'

export interface BceWithLogitsOptions extends WeightOptions {
  /** What a target of 1 counts beside one of 0: of a shape that broadcasts to input's. Default 1. */
  readonly posWeight?: TensorLike
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    bceWithLogits: CriterionMethod<'bceWithLogits', BceWithLogitsOptions>
  }
}

type BceWithLogitsAttributes = CriterionAttributes &
  WeightAttributes & { readonly posWeight?: Tensor }

/**
 * Binary cross entropy of p = sigmoid(input) and targets t, averaged over all elements; exact where
 * p itself would be rounded to 0 or 1.
 *
 * Shapes: input [...], target of the same shape → a scalar, or input's where `reduction` is 'none'.
 * Throws: SHAPE where the two shapes differ; ATTRIBUTE for a reduction that is none of the three.
 * Source: PyTorch `binary_cross_entropy_with_logits`.
 */
export const bceWithLogits: Gate<Criterion<'bceWithLogits', BceWithLogitsOptions>> = defineGate<
  Criterion<'bceWithLogits', BceWithLogitsOptions>,
  ['input', 'target'],
  BceWithLogitsAttributes
>({
  name: 'bceWithLogits',
  ...alike,
  call: (
    input: Value,
    target: Value,
    { posWeight, ...options }: CriterionOptions & BceWithLogitsOptions = {},
  ) => {
    const { inputs, attributes } = weightedCall(input, target, options)
    if (posWeight === undefined) return { inputs, attributes }
    return {
      inputs,
      attributes: { ...attributes, posWeight: ownTensor(posWeight, { dtype: 'f64' }) },
    }
  },
  constraints: {
    ...alikeConstraints,
    C4: fittingWeight('weight'),
    C5: fittingWeight('posWeight'),
  },
  // −t log σ(z) − (1 − t) log(1 − σ(z)) = log(1 + exp(z)) − t z: no logarithm of a number near 0.
  expand: ({ gates, input, target, attributes }) => {
    const { posWeight } = attributes
    const errors = posWeight
      ? gates.add(
          gates.multiply(gates.subtract(1, target), input),
          gates.multiply(hitWeight(gates, target, posWeight), gates.softplus(gates.negate(input))),
        )
      : gates.subtract(gates.softplus(input), gates.multiply(target, input))
    return reduceErrors(gates, weighted(gates, errors, attributes), attributes)
  },
  backward: ({ gates, input, target, attributes, upstream }) => {
    const { posWeight } = attributes
    const even = upstreamOfErrors(gates, { upstream, attributes, shape: input.shape })
    const share = weighted(gates, even, attributes)
    if (!posWeight) {
      return {
        input: gates.multiply(share, gates.subtract(gates.sigmoid(input), target)),
        target: gates.negate(gates.multiply(share, input)),
      }
    }
    const opposite = gates.negate(input)
    const hits = gates.multiply(hitWeight(gates, target, posWeight), gates.sigmoid(opposite))
    const more = gates.subtract(weightFor(gates, posWeight, input), 1)
    const perTarget = gates.subtract(gates.multiply(more, gates.softplus(opposite)), input)
    return {
      input: gates.multiply(share, gates.subtract(gates.subtract(1, target), hits)),
      target: gates.multiply(share, perTarget),
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
    {
      input: [
        [0.5, -1, 2],
        [-3, 0, 4],
      ],
      target: [
        [0, 1, 0.25],
        [1, 0, 0.5],
      ],
      with: [{ weight: [0.5, 1, 2], posWeight: [2, 0.5, 1] }],
      output: 2.029259957650736,
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
      with: [{ posWeight: 3 }],
      output: 3.079910525736004,
    },
    { input: -0.5, target: 1, output: 0.9740769841801067 },
  ],
})

/** What log(1 + exp(−z)) counts: 1 for a target of 0, posWeight for one of 1. */
function hitWeight(gates: Gates, target: Value, posWeight: Tensor): Value {
  const more = gates.subtract(weightFor(gates, posWeight, target), 1)
  return gates.add(gates.multiply(more, target), 1)
}
