import {
  type CriterionAttributes,
  type CriterionOptions,
  knownReduction,
  type Reduction,
} from '../gates/criterion.ts'
import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { DataVerdict, Gate } from '../ir/gate.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import { numberAt, type Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { arrived, dtypeOf, never, spelling, walk } from './ctc-paths.ts'

export interface CtcOptions {
  /** The class that stands for no label. Default 0. */
  readonly blank?: number
  /** Whether an infinite loss, of labels too many for the steps, counts as 0. Default false. */
  readonly zeroInfinity?: boolean
}

type IfIndex<Operand extends string, E extends DType> = IfDType<
  `ctc: ${Operand}`,
  E,
  'i32' | 'u32',
  Value<Shape, E>
>

export interface Ctc {
  <
    D extends DType,
    E extends DType,
    F extends DType,
    G extends DType,
    R extends Reduction = 'mean',
  >(
    logProbabilities: Value<Shape, D>,
    targets: IfIndex<'targets', E>,
    inputLengths: IfIndex<'inputLengths', F>,
    targetLengths: IfIndex<'targetLengths', G>,
    options?: CriterionOptions<R> & CtcOptions,
  ): Value<R extends 'none' ? Shape : [], D>
}

type CtcAttributes = CriterionAttributes & {
  readonly blank: number
  readonly zeroInfinity: boolean
}

type CtcOperands = ['logProbabilities', 'targets', 'inputLengths', 'targetLengths']

/**
 * Connectionist temporal classification: −log of the probability that the steps spell the target,
 * over all ways to lay out its labels in time with blanks between them. `mean` divides each by the
 * number of its labels, then averages over the batch.
 *
 * Shapes: logProbabilities [steps, n, classes], as `logSoftmax` gives them, targets [n, labels],
 * filled up with anything, inputLengths and targetLengths [n]; or all without n → a scalar, or [n]
 * where `reduction` is 'none'.
 * Throws: SHAPE where they do not fit; ATTRIBUTE for an option out of range; INDEX, when it runs,
 * for a label that is none of the classes or a length that is not there.
 * Source: PyTorch `ctc_loss`; Graves et al. 2006.
 *
 * @example
 * ctc(logits.logSoftmax(-1), targets, inputLengths, targetLengths)
 */
export const ctc: Gate<Ctc> = defineGate<Ctc, CtcOperands, CtcAttributes>({
  name: 'ctc',
  operands: ['logProbabilities', 'targets', 'inputLengths', 'targetLengths'],
  targets: ['targets', 'inputLengths', 'targetLengths'],
  role: 'criterion',
  takes: { targets: 'integer', inputLengths: 'integer', targetLengths: 'integer' },
  call: (
    logProbabilities: Value,
    targets: Value,
    inputLengths: Value,
    targetLengths: Value,
    options: CriterionOptions & CtcOptions = {},
  ) => {
    const { reduction = 'mean', blank = 0, zeroInfinity = false } = options
    const inputs = [logProbabilities, targets, inputLengths, targetLengths]
    return { inputs, attributes: { reduction, blank, zeroInfinity } }
  },
  constraints: {
    C1: {
      rule: 'logProbabilities is [steps, n, classes], targets [n, labels], lengths [n]; or without n',
      holds: ({ logProbabilities, targets, inputLengths, targetLengths }) => {
        const batch = logProbabilities.shape.slice(1, -1)
        const isFitting =
          [2, 3].includes(logProbabilities.shape.length) &&
          targets.shape.length === batch.length + 1 &&
          [targets.shape.slice(0, -1), inputLengths.shape, targetLengths.shape].every((shape) =>
            sameShape(shape, batch),
          )
        const shapes = [logProbabilities, targets, inputLengths, targetLengths].map(({ shape }) =>
          formatShape(shape),
        )
        return isFitting || `shapes ${shapes.join(', ')} do not fit`
      },
      fix: 'fill targets up to one length, and give the lengths of each',
      broken: {
        ...{ logProbabilities: 'f32[5, 2, 4]', targets: 'i32[6]' },
        ...{ inputLengths: 'i32[2]', targetLengths: 'i32[2]' },
      },
    },
    C2: {
      code: 'ATTRIBUTE',
      rule: 'blank is one of the classes',
      holds: ({ logProbabilities, attributes: { blank } }) =>
        (Number.isInteger(blank) && blank >= 0 && blank < (logProbabilities.shape.at(-1) ?? 0)) ||
        `blank is ${blank}, of ${logProbabilities.shape.at(-1)} classes`,
      fix: 'leave blank out for 0, or make the last layer one wider than there are labels',
      broken: {
        ...{ logProbabilities: 'f32[5, 4]', targets: 'i32[2]' },
        ...{ inputLengths: 'i32[]', targetLengths: 'i32[]', with: [{ blank: 4 }] },
      },
    },
    C3: {
      ...knownReduction,
      holds: ({ logProbabilities, targets, attributes }) =>
        knownReduction.holds({ input: logProbabilities, target: targets, attributes }),
      broken: {
        ...{ logProbabilities: 'f32[5, 4]', targets: 'i32[2]' },
        ...{ inputLengths: 'i32[]', targetLengths: 'i32[]', with: [{ reduction: 'average' }] },
      },
    },
  },
  checkData: checkSpelling,
  shape: ({ inputLengths, attributes }) => (attributes.reduction === 'none' ? inputLengths : []),
  expand: ({ gates, logProbabilities, targets, inputLengths, targetLengths, attributes }) => {
    const { reduction, zeroInfinity } = attributes
    const [steps = 0, classes = 0] = [logProbabilities.shape[0], logProbabilities.shape.at(-1)]
    const count = logProbabilities.shape.length === 3 ? (logProbabilities.shape[1] ?? 0) : 1
    const lengths = gates.reshape(targetLengths, [count, 1])
    const spelled = spelling(gates, gates.reshape(targets, [count, targets.shape.at(-1) ?? 0]), {
      ...{ lengths, blank: attributes.blank },
    })
    const ends = gates.reshape(inputLengths, [count, 1])
    const scores = gates.maximum(gates.reshape(logProbabilities, [steps, count, classes]), never)
    const paths = walk(gates, { scores, spelled, ends })
    const likelihood = arrived(gates, paths, lengths)
    const losses = gates.negate(likelihood)
    const isPossible = gates.less(losses, -never / 10)
    const finite = gates.where(isPossible, losses, zeroInfinity ? 0 : Infinity)
    if (reduction === 'none') return gates.reshape(finite, inputLengths.shape)
    if (reduction === 'sum') return gates.sum(finite)
    const counts = gates.reshape(gates.maximum(lengths, 1), [count])
    return gates.mean(gates.divide(finite, gates.cast(counts, dtypeOf(scores))))
  },
  equation: ({ logProbabilities, targets, attributes: { reduction } }) => {
    const loss = String.raw`-\log \sum \exp(${logProbabilities}_{${targets}})`
    return reduction === 'none' ? loss : String.raw`\operatorname{${reduction}}(${loss})`
  },
  // Expected values: torch 1.13, torch.nn.functional.ctc_loss.
  samples: [
    {
      logProbabilities: [
        [
          [-1, -0.5, -2],
          [-0.5, -1, -1.5],
        ],
        [
          [-2, -0.75, -1],
          [-1, -1.25, -1],
        ],
        [
          [-0.5, -1.5, -2],
          [-1.5, -0.5, -1.25],
        ],
        [
          [-1, -1, -1.25],
          [-0.25, -2, -3],
        ],
      ],
      targets: [
        [1, 2],
        [1, 1],
      ],
      inputLengths: [4, 4],
      targetLengths: [2, 1],
      output: 0.8668296837562941,
    },
    {
      logProbabilities: [
        [
          [-1, -0.5, -2],
          [-0.5, -1, -1.5],
        ],
        [
          [-2, -0.75, -1],
          [-1, -1.25, -1],
        ],
        [
          [-0.5, -1.5, -2],
          [-1.5, -0.5, -1.25],
        ],
      ],
      targets: [
        [1, 2],
        [1, 1],
      ],
      inputLengths: [2, 3],
      targetLengths: [1, 0],
      with: [{ blank: 2, reduction: 'none' }],
      output: [0.5558878135980858, 3.75],
    },
    {
      logProbabilities: [
        [-1, -0.5, -2],
        [-2, -0.75, -1],
        [-0.5, -1.5, -2],
      ],
      targets: [1, 1],
      inputLengths: 2,
      targetLengths: 2,
      with: [{ zeroInfinity: true, reduction: 'sum' }],
      output: 0,
    },
    {
      logProbabilities: [
        [
          [-1, -0.5, -2],
          [-1, -0.5, -2],
        ],
        [
          [-2, -0.75, -1],
          [-2, -0.75, -1],
        ],
      ],
      targets: [
        [1, 1],
        [1, 2],
      ],
      inputLengths: [2, 2],
      targetLengths: [2, 2],
      with: [{ reduction: 'none' }],
      output: [Infinity, 1.5],
    },
  ],
})

function checkSpelling({
  logProbabilities,
  targets,
  inputLengths,
  targetLengths,
}: Readonly<Record<CtcOperands[number], Tensor>>): DataVerdict {
  const [steps = 0] = logProbabilities.shape
  const [classes = 0, labels = 0] = [logProbabilities.shape.at(-1), targets.shape.at(-1)]
  for (let row = 0; row < targetLengths.data.length; row++) {
    const [input, target] = [numberAt(inputLengths, row), numberAt(targetLengths, row)]
    if (!(input >= 0 && input <= steps)) return wrong('input length', input, `0 to ${steps}: steps`)
    if (!(target >= 0 && target <= labels)) {
      return wrong('target length', target, `0 to ${labels}: targets ${formatShape(targets.shape)}`)
    }
    for (let place = 0; place < target; place++) {
      const label = numberAt(targets, row * labels + place)
      if (!(label >= 0 && label < classes)) {
        return wrong('label', label, `0 to ${classes - 1}: there are ${classes} classes`)
      }
    }
  }
  return true
}

function wrong(element: string, got: number, expected: string): DataVerdict {
  return {
    what: `ctc: ${element} ${got} is out of range`,
    expected,
    got: String(got),
    fix: 'count classes from 0, and give for each example how many steps and labels are its own',
  }
}
