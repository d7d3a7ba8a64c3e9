import {
  type CriterionAttributes,
  type CriterionOptions,
  criterionCallOf,
  type IfSameShape,
  knownReduction,
  type LossShape,
  localNotation,
  type Reduction,
  reducedNotation,
  reduceErrors,
} from '../gates/criterion.ts'
import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { oneDType } from './alike-operands.ts'

export interface GaussianNllOptions {
  /** Whether ½ log 2π is added, which no gradient depends on. Default false. */
  readonly full?: boolean
  /** What a variance below it counts as. Default 1e-6. */
  readonly epsilon?: number
}

export interface GaussianNll {
  <
    S extends Shape,
    D extends DType,
    T extends Shape,
    E extends DType,
    F extends DType,
    R extends Reduction = 'mean',
  >(
    input: Value<S, D>,
    target: IfSameShape<'gaussianNll', S, T, IfSameDType<'gaussianNll', D, E, Value<T, E>>>,
    variance: IfSameDType<'gaussianNll', D, F, Value<Shape, F>>,
    options?: CriterionOptions<R> & GaussianNllOptions,
  ): Value<LossShape<S, R>, D>
}

type GaussianNllAttributes = CriterionAttributes & Required<GaussianNllOptions>

/**
 * The negative log-likelihood of targets under normal distributions of mean `input` and a variance:
 * ½ (log v + (input − target)² / v), averaged over all elements. A variance below `epsilon` counts
 * as epsilon, and gets the gradient that epsilon would, so that it can grow again.
 *
 * Shapes: input [...], target of the same shape; variance the same, or without the last axis, or
 * with 1 for it → a scalar, or input's where `reduction` is 'none'.
 * Throws: SHAPE where the shapes do not fit; ATTRIBUTE for an option out of range.
 * Source: PyTorch `gaussian_nll_loss`.
 */
export const gaussianNll: Gate<GaussianNll> = defineGate<
  GaussianNll,
  ['input', 'target', 'variance'],
  GaussianNllAttributes
>({
  name: 'gaussianNll',
  operands: ['input', 'target', 'variance'],
  targets: ['target'],
  role: 'criterion',
  call: criterionCallOf(3, { full: false as boolean, epsilon: 1e-6 }),
  constraints: {
    C1: {
      rule: 'input and target have the same shape, and variance that shape, or 1 or no last axis',
      holds: ({ input, target, variance }) => {
        const fits = [input.shape, [...input.shape.slice(0, -1), 1], input.shape.slice(0, -1)]
        const isFitting =
          sameShape(input.shape, target.shape) &&
          fits.some((shape) => sameShape(shape, variance.shape))
        const shapes = [input, target, variance].map(({ shape }) => formatShape(shape))
        return isFitting || `shapes ${shapes.join(', ')} do not fit`
      },
      fix: 'give a variance for each element, or for each row',
      broken: { input: 'f32[2, 3]', target: 'f32[2, 3]', variance: 'f32[3]' },
    },
    C2: oneDType(['input', 'target', 'variance'], {
      input: 'f32[2]',
      target: 'f64[2]',
      variance: 'f32[2]',
    }),
    C3: {
      ...knownReduction,
      broken: {
        ...{ input: 'f32[2]', target: 'f32[2]', variance: 'f32[2]' },
        with: [{ reduction: 'average' }],
      },
    },
    C4: {
      code: 'ATTRIBUTE',
      rule: 'epsilon is a finite number above 0',
      holds: ({ attributes: { epsilon } }) =>
        (epsilon > 0 && Number.isFinite(epsilon)) || `epsilon is ${epsilon}`,
      fix: 'leave epsilon out for 1e-6',
      broken: {
        ...{ input: 'f32[2]', target: 'f32[2]', variance: 'f32[2]' },
        with: [{ epsilon: 0 }],
      },
    },
  },
  shape: ({ input, attributes }) => (attributes.reduction === 'none' ? input : []),
  expand: ({ gates, input, target, variance, attributes }) => {
    const { full, epsilon } = attributes
    const perRow = [...input.shape.slice(0, -1), 1]
    const isWhole = sameShape(variance.shape, input.shape)
    const own = isWhole ? variance : gates.reshape(variance, perRow)
    const nothing = gates.subtract(own, gates.stopGradient(own))
    const held = gates.where(gates.less(own, epsilon), gates.add(nothing, epsilon), own)
    const difference = gates.subtract(input, target)
    const scaled = gates.divide(gates.multiply(difference, difference), held)
    const errors = gates.multiply(gates.add(gates.log(held), scaled), 0.5)
    const whole = full ? gates.add(errors, 0.5 * Math.log(2 * Math.PI)) : errors
    return reduceErrors(gates, whole, attributes)
  },
  equation: ({ input, target, variance, attributes }) =>
    reducedNotation(
      String.raw`\frac{1}{2}(\log(${variance}) + \frac{(${input} - ${target})^2}{${variance}})`,
      attributes,
    ),
  local: ({ input, target, variance, attributes }) => ({
    input: localNotation(String.raw`\frac{${input} - ${target}}{${variance}}`, attributes),
    target: localNotation(String.raw`\frac{${target} - ${input}}{${variance}}`, attributes),
    variance: localNotation(
      String.raw`\frac{1}{2}(\frac{1}{${variance}} - \frac{(${input} - ${target})^2}{${variance}^2})`,
      attributes,
    ),
  }),
  // Expected values: torch 1.13, torch.nn.functional.gaussian_nll_loss.
  samples: [
    { input: [0.5, -1, 2], target: [1, -1, 0], variance: [0.5, 2, 4], output: 0.48104906018664845 },
    {
      input: [
        [0.5, -1],
        [2, 3],
      ],
      target: [
        [1, -1],
        [0, 3.5],
      ],
      variance: [0.5, 2],
      with: [{ full: true, reduction: 'none' }],
      output: [
        [0.8223649429247, 0.5723649429247],
        [2.2655121234846454, 1.3280121234846454],
      ],
    },
    {
      input: [[0.5, -1]],
      target: [[1, -1]],
      variance: [[4]],
      with: [{ epsilon: 0.5, reduction: 'sum' }],
      output: 1.4175443611198906,
    },
  ],
})
