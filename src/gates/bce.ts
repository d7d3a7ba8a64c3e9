import type { Gate } from '../ir/gate.ts'
import type { Value } from '../ir/value.ts'
import {
  alike,
  alikeConstraints,
  type Criterion,
  type CriterionAttributes,
  type CriterionMethod,
  fittingWeight,
  localNotation,
  reducedNotation,
  reduceErrors,
  upstreamOfErrors,
  type WeightAttributes,
  type WeightOptions,
  weighted,
  weightedCall,
} from './criterion.ts'
import { defineGate, type Gates } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    bce: CriterionMethod<'bce', WeightOptions>
  }
}

/**
 * Binary cross entropy −(t log p + (1 − t) log(1 − p)) of probabilities p from 0 to 1 and targets t,
 * averaged over all elements. As in PyTorch, a logarithm below −100 counts as −100, and where p is
 * so near to 0 or 1 that p (1 − p) is below 1e-12, the gradient of p is as if it were 1e-12. Where
 * p comes from a sigmoid, `bceWithLogits` is more exact.
 * With `weight`, each error is multiplied by its number; the mean divides by the elements.
 *
 * Shapes: input [...], target of the same shape → a scalar, or input's where `reduction` is 'none'.
 * Throws: SHAPE where the two shapes differ, or weight does not broadcast to them; ATTRIBUTE for a reduction that is none of the three.
 * Source: PyTorch `binary_cross_entropy`.
 */
export const bce: Gate<Criterion<'bce', WeightOptions>> = defineGate<
  Criterion<'bce', WeightOptions>,
  ['input', 'target'],
  CriterionAttributes & WeightAttributes
>({
  name: 'bce',
  ...alike,
  call: weightedCall,
  constraints: { ...alikeConstraints, C4: fittingWeight('weight') },
  expand: ({ gates, input, target, attributes }) => {
    const hit = gates.multiply(target, boundedLog(gates, input))
    const miss = gates.multiply(gates.subtract(target, 1), boundedLogOfRest(gates, input))
    const errors = weighted(gates, gates.subtract(miss, hit), attributes)
    return reduceErrors(gates, errors, attributes)
  },
  backward: ({ gates, input, target, attributes, upstream }) => {
    const even = upstreamOfErrors(gates, { upstream, attributes, shape: input.shape })
    const share = weighted(gates, even, attributes)
    const variance = gates.multiply(input, gates.subtract(1, input))
    const slope = gates.divide(gates.subtract(input, target), gates.maximum(variance, 1e-12))
    const odds = gates.subtract(boundedLogOfRest(gates, input), boundedLog(gates, input))
    return { input: gates.multiply(share, slope), target: gates.multiply(share, odds) }
  },
  equation: ({ input, target, attributes }) =>
    reducedNotation(
      String.raw`-${target} \odot \log(${input}) - (1 - ${target}) \odot \log(1 - ${input})`,
      attributes,
    ),
  local: ({ input, target, attributes: { reduction } }) => {
    const n = reduction === 'mean' ? String.raw`n \cdot ` : ''
    return {
      input: String.raw`\frac{${input} - ${target}}{${n}${input} \odot (1 - ${input})}`,
      target: localNotation(String.raw`\log(1 - ${input}) - \log(${input})`, { reduction }),
    }
  },
  // Expected values: torch 1.13, torch.nn.functional.binary_cross_entropy.
  samples: [
    {
      input: [
        [0.1, 0.75, 0.5],
        [0.9, 0.2, 0.6],
      ],
      target: [
        [0, 1, 0.25],
        [1, 0, 0.5],
      ],
      output: 0.3547086689102769,
    },
    {
      input: [
        [0.1, 0.75, 0.5],
        [0.9, 0.2, 0.6],
      ],
      target: [
        [0, 1, 0.25],
        [1, 0, 0.5],
      ],
      with: [{ reduction: 'sum' }],
      output: 2.1282520134616614,
    },
    {
      input: [
        [0.1, 0.75, 0.5],
        [0.9, 0.2, 0.6],
      ],
      target: [
        [0, 1, 0.25],
        [1, 0, 0.5],
      ],
      with: [{ reduction: 'none' }],
      output: [
        [0.10536051565782628, 0.2876820724517809, 0.6931471805599453],
        [0.10536051565782628, 0.2231435513142097, 0.7135581778200728],
      ],
    },
    {
      input: [0, 0, 1, 1],
      target: [0, 1, 0, 1],
      with: [{ reduction: 'none' }],
      output: [0, 100, 100, -0],
    },
    {
      input: [
        [0.1, 0.75, 0.5],
        [0.9, 0.2, 0.6],
      ],
      target: [
        [0, 1, 0.25],
        [1, 0, 0.5],
      ],
      with: [{ weight: [0.5, 1, 2] }],
      output: 0.5715994760306422,
    },
    { input: 0.25, target: 1, output: 1.3862943611198906 },
  ],
})

/** log p, or −100 where it is below: a probability of 0 then costs much, but not ∞. */
function boundedLog(gates: Gates, p: Value): Value {
  return gates.maximum(gates.log(p), -100)
}

/** log(1 − p), likewise. */
function boundedLogOfRest(gates: Gates, p: Value): Value {
  return gates.maximum(gates.log1p(gates.negate(p)), -100)
}
