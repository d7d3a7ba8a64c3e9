import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { FormatShape, ShapeError } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import {
  type CriterionAttributes,
  type CriterionOptions,
  criterionCall,
  knownReduction,
  type LossShape,
  localNotation,
  type MayEqual,
  type Reduction,
  reducedNotation,
  reduceErrors,
  upstreamOfErrors,
} from './criterion.ts'
import { defineGate, type Gates } from './define.ts'
import { checkPlaces } from './index-range.ts'

/** Labels are whole numbers. */
type IfWhole<E extends DType, Then> = IfDType<'crossEntropy: target', E, 'i32' | 'u32', Then>

export interface CrossEntropy {
  <
    S extends Shape,
    D extends DType,
    T extends Shape,
    E extends DType,
    R extends Reduction = 'mean',
  >(
    input: Value<S, D>,
    target: IfLabels<S, T, IfWhole<E, Value<T, E>>>,
    options?: CriterionOptions<R>,
  ): Value<LossShape<T, R>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    crossEntropy<
      V extends Value,
      const T extends Shape,
      E extends DType,
      R extends Reduction = 'mean',
    >(
      this: V,
      target: IfLabels<V['shape'], T, IfWhole<E, Value<T, E>>>,
      options?: CriterionOptions<R>,
    ): Value<LossShape<T, R>, V['dtype']>
  }
}

/** The shape of the labels of logits: theirs without the axis of the classes. */
export type LabelShape<S extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [infer N extends number, number, ...infer Rest extends Shape]
    ? [N, ...Rest]
    : []

/** `Then` where T may be the shape of labels for logits of shape S, else a ShapeError. */
export type IfLabels<S extends Shape, T extends Shape, Then> =
  MayEqual<LabelShape<S>, T> extends true
    ? Then
    : ShapeError<`crossEntropy: input ${FormatShape<S>} needs labels ${FormatShape<LabelShape<S>>}, not ${FormatShape<T>}`>

/**
 * The error of logits that should be largest at the label's class: −log softmax(input) at the
 * label, averaged over all labels. `input` is what comes before a softmax, not after it.
 *
 * Shapes: input [n, classes], or [n, classes, …], or [classes]; target, i32 or u32, the same
 * without the axis of the classes → a scalar, or target's where `reduction` is 'none'.
 * Throws: SHAPE where the two do not fit; ATTRIBUTE for a reduction that is none of the three;
 * INDEX, when it runs, for a label that is none of the classes.
 * Source: PyTorch `cross_entropy`, with class indices.
 *
 * @example
 * crossEntropy(logits, labels) // [4, 10] and [4] → []
 */
export const crossEntropy: Gate<CrossEntropy> = defineGate<
  CrossEntropy,
  ['input', 'target'],
  CriterionAttributes
>({
  name: 'crossEntropy',
  operands: ['input', 'target'],
  targets: ['target'],
  role: 'criterion',
  takes: { target: 'integer' },
  call: criterionCall,
  constraints: {
    C1: {
      rule: 'input has an axis of classes, and target is input without it',
      holds: ({ input, target }) => {
        if (input.shape.length === 0) return 'input [] has no axis of classes'
        const labels = labelShape(input.shape)
        const got = `target ${formatShape(target.shape)} does not label input ${formatShape(input.shape)}`
        return sameShape(labels, target.shape) || `${got}, which needs ${formatShape(labels)}`
      },
      fix: 'give input as [n, classes] and target as [n] class indices, not one-hot rows',
      broken: { input: 'f32[4, 10]', target: 'i32[4, 10]' },
    },
    C2: {
      ...knownReduction,
      broken: { input: 'f32[2, 3]', target: 'i32[2]', with: [{ reduction: 'average' }] },
    },
  },
  checkData: ({ input, target }) => {
    const classes = input.shape[classAxis(input.shape)] ?? 0
    return checkPlaces(target, {
      gate: 'crossEntropy',
      operand: 'target',
      element: 'label',
      length: classes,
      of: `input ${formatShape(input.shape)} has ${classes} classes`,
      fix: 'count classes from 0, and make the last layer as wide as there are classes',
    })
  },
  shape: ({ input, attributes }) => (attributes.reduction === 'none' ? labelShape(input) : []),
  expand: ({ gates, input, target, attributes }) => {
    const axis = classAxis(input.shape)
    const labels = gates.reshape(target, keptShape(input.shape))
    const chosen = gates.gather(gates.logSoftmax(input, axis), labels, axis)
    return reduceErrors(gates, gates.negate(gates.reshape(chosen, target.shape)), attributes)
  },
  backward: ({ gates, input, target, attributes, upstream }) => {
    const share = upstreamOfErrors(gates, { upstream, attributes, shape: target.shape })
    const spread = share.shape.length === 0 ? share : gates.reshape(share, keptShape(input.shape))
    const probabilities = gates.softmax(input, classAxis(input.shape))
    const excess = gates.subtract(probabilities, oneHotAlong(gates, input, target))
    return { input: gates.multiply(spread, excess) }
  },
  equation: ({ input, target, attributes }) =>
    reducedNotation(String.raw`-\log \operatorname{softmax}(${input})_{${target}}`, attributes),
  local: ({ input, target, attributes }) => ({
    input: localNotation(
      String.raw`\operatorname{softmax}(${input}) - \operatorname{oneHot}(${target})`,
      attributes,
    ),
  }),
  // Expected values: torch 1.13, torch.nn.functional.cross_entropy.
  samples: [
    {
      input: [
        [0.5, -1, 2],
        [3, 3, 3],
        [0, 1, -2],
      ],
      target: [2, 0, 1],
      output: 0.5629786006978178,
    },
    {
      input: [
        [0.5, -1, 2],
        [3, 3, 3],
        [0, 1, -2],
      ],
      target: [0, 1, 2],
      with: [{ reduction: 'sum' }],
      output: 6.188935802093453,
    },
    {
      input: [
        [0.5, -1, 2],
        [3, 3, 3],
        [0, 1, -2],
      ],
      target: [2, 0, 1],
      with: [{ reduction: 'none' }],
      output: [0.24131129665715703, 1.0986122886681098, 0.34901221676818633],
    },
    { input: [0.5, -1, 2], target: 1, output: 3.241311296657157 },
    {
      input: [
        [
          [0.5, 1],
          [-1, 0],
          [2, -3],
        ],
      ],
      target: [[2, 0]],
      with: [{ reduction: 'none' }],
      output: [[0.24131129665715703, 0.3265626412674705]],
    },
    {
      input: [
        [
          [0.5, 1],
          [-1, 0],
          [2, -3],
        ],
      ],
      target: [[1, 2]],
      output: 3.7839369689623137,
    },
    {
      input: [
        [1000, 0],
        [0, -1000],
        [Number.NEGATIVE_INFINITY, 1],
        [Number.NEGATIVE_INFINITY, 1],
        [Number.POSITIVE_INFINITY, 1],
        [Number.NaN, 1],
      ],
      target: [1, 0, 0, 1, 0, 1],
      with: [{ reduction: 'none' }],
      output: [1000, -0, Number.POSITIVE_INFINITY, -0, Number.NaN, Number.NaN],
    },
  ],
})

/** PyTorch's order: the first axis counts the examples, unless there is but one. */
function classAxis(shape: Shape): number {
  return shape.length > 1 ? 1 : 0
}

function labelShape(shape: Shape): Shape {
  return shape.filter((_, axis) => axis !== classAxis(shape))
}

function keptShape(shape: Shape): Shape {
  return shape.map((size, axis) => (axis === classAxis(shape) ? 1 : size))
}

/** Of input's shape: 1 at the label's class, 0 elsewhere. */
function oneHotAlong(gates: Gates, input: Value, target: Value): Value {
  const axis = classAxis(input.shape)
  const dtype = input.dtype === 'f64' ? 'f64' : 'f32'
  const rows = gates.oneHot(target, input.shape[axis] ?? 0, { dtype })
  const last = input.shape.length - 1
  if (axis === last) return rows
  const order = input.shape.map((_, at) => (at < axis ? at : at === axis ? last : at - 1))
  return gates.transpose(rows, order)
}
