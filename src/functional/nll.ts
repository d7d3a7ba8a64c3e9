import {
  type ClassAttributes,
  type ClassOptions,
  checkLabels,
  classAttributes,
  classWeight,
  errorsAtLabels,
  type IfLabels,
  knownIgnoreIndex,
  labelShape,
  labelVerdict,
  readLabels,
  reduceLabelled,
} from '../gates/class-labels.ts'
import {
  type CriterionOptions,
  knownReduction,
  type LossShape,
  localNotation,
  type Reduction,
  reducedNotation,
} from '../gates/criterion.ts'
import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface Nll {
  <
    S extends Shape,
    D extends DType,
    T extends Shape,
    E extends DType,
    R extends Reduction = 'mean',
  >(
    input: Value<S, D>,
    target: IfLabels<'nll', S, T, IfDType<'nll: target', E, 'i32' | 'u32', Value<T, E>>>,
    options?: CriterionOptions<R> & ClassOptions,
  ): Value<LossShape<T, R>, D>
}

/**
 * The negative log-likelihood: −input at the label, averaged over all labels. `input` holds
 * log-probabilities, as `logSoftmax` gives them; `crossEntropy` is both in one.
 *
 * With `weight`, the mean is one by the weights of the labels' classes; labels of `ignoreIndex`
 * count nothing, and where all are ignored, the mean is NaN.
 *
 * Shapes: input [n, classes], or [n, classes, …], or [classes]; target, i32 or u32, the same
 * without the axis of the classes → a scalar, or target's where `reduction` is 'none'.
 * Throws: SHAPE where the two do not fit; ATTRIBUTE for an option out of range; INDEX, when it
 * runs, for a label that is none of the classes.
 * Source: PyTorch `nll_loss`.
 */
export const nll: Gate<Nll> = defineGate<Nll, ['input', 'target'], ClassAttributes>({
  name: 'nll',
  operands: ['input', 'target'],
  targets: ['target'],
  role: 'criterion',
  takes: { target: 'integer' },
  call: (
    input: Value,
    target: Value,
    { reduction = 'mean', ...own }: CriterionOptions & ClassOptions = {},
  ) => ({ inputs: [input, target], attributes: { reduction, ...classAttributes(own) } }),
  constraints: {
    C1: {
      rule: 'input has an axis of classes, and target is input without it',
      holds: labelVerdict,
      fix: 'give input as [n, classes] and target as [n] class indices, not one-hot rows',
      broken: { input: 'f32[4, 10]', target: 'i32[4, 10]' },
    },
    C2: {
      ...knownReduction,
      broken: { input: 'f32[2, 3]', target: 'i32[2]', with: [{ reduction: 'average' }] },
    },
    C3: classWeight,
    C4: knownIgnoreIndex,
  },
  checkData: (context) => checkLabels('nll', context),
  shape: ({ input, attributes }) => (attributes.reduction === 'none' ? labelShape(input) : []),
  expand: ({ gates, input, target, attributes }) => {
    const labels = readLabels(gates, input, target, attributes)
    return reduceLabelled(gates, errorsAtLabels(gates, input, labels), labels, attributes)
  },
  equation: ({ input, target, attributes }) => reducedNotation(`-${input}_{${target}}`, attributes),
  local: ({ target, attributes }) => ({
    input: localNotation(String.raw`-\operatorname{oneHot}(${target})`, attributes),
  }),
  // Expected values: torch 1.13, torch.nn.functional.nll_loss.
  samples: [
    {
      input: [
        [-0.5, -1, -2],
        [-3, -0.25, -4],
      ],
      target: [2, 0],
      output: 2.5,
    },
    {
      input: [
        [-0.5, -1, -2],
        [-3, -0.25, -4],
      ],
      target: [2, 0],
      with: [{ weight: [0.5, 1, 2] }],
      output: 2.2,
    },
    {
      input: [
        [-0.5, -1, -2],
        [-3, -0.25, -4],
        [-1, -1, -1],
      ],
      target: [2, -1, 1],
      with: [{ ignoreIndex: -1 }],
      output: 1.5,
    },
    {
      input: [
        [
          [-0.5, -1],
          [-2, -Infinity],
        ],
      ],
      target: [[1, 1]],
      with: [{ reduction: 'none' }],
      output: [[2, Infinity]],
    },
    { input: [-0.5, -1, -2], target: 1, with: [{ reduction: 'sum' }], output: 1 },
  ],
})
