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
import { defineGate, type Gates } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'
import type { Value } from '../ir/value.ts'

export interface PoissonNllOptions {
  /** Whether input is the logarithm of the rate rather than the rate. Default true. */
  readonly logInput?: boolean
  /** Whether Stirling's approximation of log(target!) is added, for targets above 1. Default false. */
  readonly full?: boolean
  /** Added to a rate before its logarithm is taken. Default 1e-8. */
  readonly epsilon?: number
}

type PoissonNllAttributes = CriterionAttributes & Required<PoissonNllOptions>

/**
 * The negative log-likelihood of counts under a Poisson distribution: exp(input) − target ⊙ input,
 * or input − target ⊙ log(input + epsilon) where input is the rate itself; averaged over all
 * elements.
 *
 * Shapes: input [...], target of the same shape → a scalar, or input's where `reduction` is 'none'.
 * Throws: SHAPE where the two shapes differ; ATTRIBUTE for an option out of range.
 * Source: PyTorch `poisson_nll_loss`.
 */
export const poissonNll: Gate<Criterion<'poissonNll', PoissonNllOptions>> = defineGate<
  Criterion<'poissonNll', PoissonNllOptions>,
  ['input', 'target'],
  PoissonNllAttributes
>({
  name: 'poissonNll',
  ...alike,
  call: criterionCallOf(2, { logInput: true as boolean, full: false as boolean, epsilon: 1e-8 }),
  constraints: {
    ...alikeConstraints,
    C4: {
      code: 'ATTRIBUTE',
      rule: 'epsilon is a finite number, 0 or more',
      holds: ({ attributes: { epsilon } }) =>
        (epsilon >= 0 && Number.isFinite(epsilon)) || `epsilon is ${epsilon}`,
      fix: 'leave epsilon out for 1e-8',
      broken: { input: 'f32[2]', target: 'f32[2]', with: [{ epsilon: -1 }] },
    },
  },
  expand: ({ gates, input, target, attributes }) => {
    const { logInput, full, epsilon } = attributes
    const errors = logInput
      ? gates.subtract(gates.exp(input), gates.multiply(target, input))
      : gates.subtract(input, gates.multiply(target, gates.log(gates.add(input, epsilon))))
    const whole = full ? gates.add(errors, logFactorial(gates, target)) : errors
    return reduceErrors(gates, whole, attributes)
  },
  equation: ({ input, target, attributes }) => {
    const { logInput, full, epsilon } = attributes
    const error = logInput
      ? String.raw`\exp(${input}) - ${target} \odot ${input}`
      : String.raw`${input} - ${target} \odot \log(${input} + ${epsilon})`
    return reducedNotation(full ? String.raw`${error} + \log(${target}!)` : error, attributes)
  },
  local: ({ input, target, attributes }) => {
    const { logInput, full, epsilon } = attributes
    const own = logInput
      ? String.raw`\exp(${input}) - ${target}`
      : String.raw`1 - \frac{${target}}{${input} + ${epsilon}}`
    const rate = logInput ? `-${input}` : String.raw`-\log(${input} + ${epsilon})`
    const ofTarget = full ? String.raw`${rate} + \log(${target}!)'` : rate
    return {
      input: localNotation(own, attributes),
      target: localNotation(ofTarget, attributes),
    }
  },
  // Expected values: torch 1.13, torch.nn.functional.poisson_nll_loss.
  samples: [
    { input: [0.5, -1, 2], target: [2, 0, 3], output: 0.8018856036007403 },
    {
      input: [0.5, 1, 2],
      target: [2, 0, 3],
      with: [{ logInput: false, reduction: 'none' }],
      output: [1.8862943211198908, 1, -0.07944155667983566],
    },
    {
      input: [0.5, -1, 2],
      target: [2, 1, 3],
      with: [{ full: true, reduction: 'none' }],
      output: [1.3005277553046641, 1.3678794411714423, 3.153137642473707],
    },
    { input: [0.5], target: [2], with: [{ reduction: 'sum' }], output: 0.6487212707001282 },
  ],
})

/** Stirling's t log t − t + ½ log(2π t), and 0 for t of 1 and less. */
function logFactorial(gates: Gates, target: Value): Value {
  const isMany = gates.greater(target, 1)
  // Where it is not chosen it must be finite, or its gradient of 0 would become NaN.
  const many = gates.where(isMany, target, 1)
  const logarithm = gates.log(many)
  const main = gates.multiply(many, gates.subtract(logarithm, 1))
  const rest = gates.multiply(gates.add(logarithm, Math.log(2 * Math.PI)), 0.5)
  return gates.where(isMany, gates.add(main, rest), 0)
}
