import {
  alikeConstraints,
  type CriterionAttributes,
  type IfSameShape,
  type LossShape,
  localNotation,
  type Reduction,
  reducedNotation,
  reduceErrors,
} from '../gates/criterion.ts'
import { defineGate, type Gates } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType, MeetDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

/** `batchMean` divides by the length of the first axis: the divergence of an example. */
type KlReduction = Reduction | 'batchMean'

export interface KlDivOptions<R extends KlReduction = KlReduction> {
  /** Default `mean`, over all elements; `batchMean` is the divergence as it is defined. */
  readonly reduction?: R
  /** Whether target holds logarithms of probabilities too. Default false. */
  readonly logTarget?: boolean
}

export interface KlDiv {
  <
    S extends Shape,
    D extends DType,
    T extends Shape,
    E extends DType,
    R extends KlReduction = 'mean',
  >(
    input: Value<S, D>,
    target: IfSameShape<'klDiv', S, T, IfSameDType<'klDiv', D, E, Value<T, E>>>,
    options?: KlDivOptions<R>,
  ): Value<R extends Reduction ? LossShape<S, R> : [], MeetDType<D, E>>
}

type KlDivAttributes = {
  readonly reduction: KlReduction
  readonly logTarget: boolean
}

/**
 * The Kullback-Leibler divergence of a distribution, given by its log-probabilities `input`, from
 * the one of `target`: target ⊙ (log target − input), averaged over all elements. A probability of
 * 0 adds 0, and gets the gradient −input.
 *
 * Shapes: input [...], target of the same shape → a scalar, or input's where `reduction` is 'none'.
 * Throws: SHAPE where the two shapes differ; ATTRIBUTE for a reduction that is none of the four.
 * Source: PyTorch `kl_div`.
 *
 * @example
 * klDiv(student.logSoftmax(), teacher.softmax(), { reduction: 'batchMean' })
 */
export const klDiv: Gate<KlDiv> = defineGate<KlDiv, ['input', 'target'], KlDivAttributes>({
  name: 'klDiv',
  operands: ['input', 'target'],
  targets: ['target'],
  role: 'criterion',
  call: (
    input: Value,
    target: Value,
    { reduction = 'mean', logTarget = false }: KlDivOptions = {},
  ) => ({ inputs: [input, target], attributes: { reduction, logTarget } }),
  constraints: {
    C1: { ...alikeConstraints.C1, holds: (context) => alikeConstraints.C1.holds(asPlain(context)) },
    C2: { ...alikeConstraints.C2, holds: (context) => alikeConstraints.C2.holds(asPlain(context)) },
    C3: {
      code: 'ATTRIBUTE',
      rule: "reduction is 'mean', 'batchMean', 'sum' or 'none'",
      holds: ({ attributes: { reduction } }) =>
        ['mean', 'batchMean', 'sum', 'none'].includes(reduction) ||
        `there is no reduction '${reduction}'`,
      fix: "choose 'batchMean' for the divergence as it is defined",
      broken: { input: 'f32[2]', target: 'f32[2]', with: [{ reduction: 'average' }] },
    },
    C4: {
      rule: 'a mean over the batch has a first axis to count',
      holds: ({ input, attributes: { reduction } }) =>
        reduction !== 'batchMean' || input.shape.length > 0 || 'input [] has no axes',
      fix: 'give input as [n, classes]',
      broken: { input: 'f32[]', target: 'f32[]', with: [{ reduction: 'batchMean' }] },
    },
  },
  shape: ({ input, attributes }) => (attributes.reduction === 'none' ? input : []),
  expand: ({ gates, input, target, attributes: { reduction, logTarget } }) => {
    const errors = logTarget
      ? gates.multiply(gates.exp(target), gates.subtract(target, input))
      : gates.subtract(entropyOf(gates, target), gates.multiply(target, input))
    if (reduction !== 'batchMean') return reduceErrors(gates, errors, { reduction })
    return gates.divide(gates.sum(errors), input.shape[0] ?? 1)
  },
  equation: ({ input, target, attributes: { reduction, logTarget } }) => {
    const error = logTarget
      ? String.raw`\exp(${target}) \odot (${target} - ${input})`
      : String.raw`${target} \odot (\log(${target}) - ${input})`
    return reduction === 'batchMean'
      ? String.raw`\frac{1}{n} \sum ${error}`
      : reducedNotation(error, { reduction })
  },
  local: ({ input, target, attributes: { reduction, logTarget } }) => {
    const share = logTarget ? String.raw`\exp(${target})` : target
    const ofTarget = logTarget
      ? String.raw`\exp(${target}) \odot (1 + ${target} - ${input})`
      : String.raw`1 + \log(${target}) - ${input}`
    const averaged = { reduction: reduction === 'batchMean' ? 'mean' : reduction } as const
    return {
      input: localNotation(`-${share}`, averaged),
      target: localNotation(ofTarget, averaged),
    }
  },
  // Expected values: torch 1.13, torch.nn.functional.kl_div.
  samples: [
    {
      input: [
        [-1, -0.5, -2],
        [-1.5, -1, -0.25],
      ],
      target: [
        [0.25, 0.75, 0],
        [0.5, 0.25, 0.25],
      ],
      output: 0.014240680756878963,
    },
    {
      input: [
        [-1, -0.5, -2],
        [-1.5, -1, -0.25],
      ],
      target: [
        [0.25, 0.75, 0],
        [0.5, 0.25, 0.25],
      ],
      with: [{ reduction: 'batchMean' }],
      output: 0.04272204227063689,
    },
    {
      input: [-1, -0.5, -2],
      target: [-1.5, -0.25, -3],
      with: [{ logTarget: true, reduction: 'none' }],
      output: [-0.11156508007421491, 0.19470019576785122, -0.049787068367863944],
    },
    {
      input: [-1, -0.5],
      target: [0.5, 0.5],
      with: [{ reduction: 'sum' }],
      output: 0.056852819440054714,
    },
  ],
})

/** target · log(target), which is 0 at 0. */
function entropyOf(gates: Gates, target: Value): Value {
  const isNone = gates.equal(target, 0)
  // Where it is not chosen it must be finite, or its gradient of 0 would become NaN.
  const logarithm = gates.log(gates.where(isNone, 1, target))
  return gates.multiply(target, logarithm)
}

/** What looks at shapes and dtypes alone does not look at the reduction. */
function asPlain(context: { readonly input: Value; readonly target: Value }): {
  readonly input: Value
  readonly target: Value
  readonly attributes: CriterionAttributes
} {
  return { input: context.input, target: context.target, attributes: { reduction: 'mean' } }
}
