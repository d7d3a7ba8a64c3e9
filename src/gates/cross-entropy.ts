import { applyGate } from '../ir/apply-gate.ts'
import { createGate } from '../ir/create-gate.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  type ClassAttributes,
  type ClassOptions,
  checkLabels,
  classAttributes,
  classAxis,
  classWeight,
  countOf,
  errorsAtLabels,
  type IfLabels,
  keptShape,
  knownIgnoreIndex,
  type LabelShape,
  labelShape,
  labelVerdict,
  oneHotAlong,
  readLabels,
  reduceLabelled,
} from './class-labels.ts'
import {
  errorsOfShares,
  knownSmoothing,
  type SmoothingAttributes,
  type SmoothingOptions,
  sharesOf,
  slopeOfShares,
  smoothingAttribute,
} from './class-shares.ts'
import {
  type CriterionOptions,
  type IfSameShape,
  knownReduction,
  type LossShape,
  localNotation,
  type Reduction,
  reducedNotation,
} from './criterion.ts'
import type { Gates } from './define.ts'
import { softCrossEntropy } from './soft-cross-entropy.ts'

export interface CrossEntropyOptions extends ClassOptions, SmoothingOptions {}

/** Labels are whole numbers; floating-point targets are a probability for each class. */
type Target<S extends Shape, T extends Shape, E extends DType> = [E] extends ['f32' | 'f64']
  ? IfSameShape<'crossEntropy', S, T, Value<T, E>>
  : IfLabels<
      'crossEntropy',
      S,
      T,
      IfDType<'crossEntropy: target', E, 'i32' | 'u32' | 'f32' | 'f64', Value<T, E>>
    >

type Errors<S extends Shape, T extends Shape, E extends DType> = [E] extends ['i32' | 'u32']
  ? T
  : LabelShape<S>

export interface CrossEntropy {
  <
    S extends Shape,
    D extends DType,
    T extends Shape,
    E extends DType,
    R extends Reduction = 'mean',
  >(
    input: Value<S, D>,
    target: Target<S, T, E>,
    options?: CriterionOptions<R> & CrossEntropyOptions,
  ): Value<LossShape<Errors<S, T, E>, R>, D>
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
      target: Target<V['shape'], T, E>,
      options?: CriterionOptions<R> & CrossEntropyOptions,
    ): Value<LossShape<Errors<V['shape'], T, E>, R>, V['dtype']>
  }
}

type CrossEntropyAttributes = ClassAttributes & SmoothingAttributes

/**
 * The error of logits that should be largest at the label's class: −log softmax(input) at the
 * label, averaged over all labels. `input` is what comes before a softmax, not after it. A target
 * of input's shape gives the probability of each class: that is `softCrossEntropy`.
 *
 * With `weight`, the mean is one by the weights of the labels' classes; labels of `ignoreIndex`
 * count nothing, and where all are ignored, the mean is NaN.
 *
 * Shapes: input [n, classes], or [n, classes, …], or [classes]; target, i32 or u32, the same
 * without the axis of the classes → a scalar, or target's where `reduction` is 'none'.
 * Throws: SHAPE where the two do not fit; ATTRIBUTE for an option out of range; INDEX, when it
 * runs, for a label that is none of the classes.
 * Source: PyTorch `cross_entropy`.
 *
 * @example
 * crossEntropy(logits, labels) // [4, 10] and [4] → []
 */
export const crossEntropy: Gate<CrossEntropy> = createGate<
  CrossEntropy,
  ['input', 'target'],
  CrossEntropyAttributes,
  Gates
>(
  {
    name: 'crossEntropy',
    operands: ['input', 'target'],
    targets: ['target'],
    role: 'criterion',
    takes: { target: 'integer' },
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
      C5: knownSmoothing,
    },
    checkData: (context) => checkLabels('crossEntropy', context),
    shape: ({ input, attributes }) => (attributes.reduction === 'none' ? labelShape(input) : []),
    expand: ({ gates, input, target, attributes }) => {
      const labels = readLabels(gates, input, target, attributes)
      const errors = attributes.labelSmoothing
        ? errorsOfShares(gates, input, labelShares(gates, input, target, attributes))
        : errorsAtLabels(gates, gates.logSoftmax(input, classAxis(input.shape)), labels)
      return reduceLabelled(gates, errors, labels, attributes)
    },
    backward: ({ gates, input, target, attributes, upstream }) => {
      const { reduction, weight, ignoreIndex } = attributes
      const labels = readLabels(gates, input, target, attributes)
      const share = reduction === 'mean' ? gates.divide(upstream, countOf(gates, labels)) : upstream
      const spread = share.shape.length === 0 ? share : gates.reshape(share, keptShape(input.shape))
      const shares = labelShares(gates, input, target, attributes)
      // Where each label counts 1, its shares sum to 1.
      const isWhole = weight === undefined && ignoreIndex === undefined
      const excess = isWhole
        ? gates.subtract(gates.softmax(input, classAxis(input.shape)), shares)
        : slopeOfShares(gates, input, shares)
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
          [0.5, -1, 2],
          [3, 3, 3],
          [0, 1, -2],
        ],
        target: [2, 0, 1],
        with: [{ weight: [0.5, 1, 2] }],
        output: 0.39455455840473,
      },
      {
        input: [
          [0.5, -1, 2],
          [3, 3, 3],
          [0, 1, -2],
        ],
        target: [2, 0, 1],
        with: [{ weight: [0.5, 1, 2], labelSmoothing: 0.25, ignoreIndex: 1 }],
        output: 0.5909030395824585,
      },
      {
        input: [
          [0.5, -1, 2],
          [3, 3, 3],
          [0, 1, -2],
        ],
        target: [2, -100, 1],
        with: [{ reduction: 'none', ignoreIndex: -100 }],
        output: [0.24131129665715703, 0, 0.34901221676818633],
      },
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
  },
  (definition) =>
    ((input: Value, target: Value, options: CriterionOptions & CrossEntropyOptions = {}): Value => {
      const { reduction = 'mean', ...own } = options
      if (hasProbabilities(input, target)) return softCrossEntropy(input, target, options)
      const attributes = { reduction, ...classAttributes(own), ...smoothingAttribute(own) }
      return applyGate(definition, [input, target], attributes)
    }) as CrossEntropy, // its types say which shapes come out
)

/** A floating-point target of another shape is a mistake about labels, and said to be one. */
function hasProbabilities(input: Value | undefined, target: Value | undefined): boolean {
  const isFloating = target?.dtype === 'f32' || target?.dtype === 'f64'
  return isFloating && input !== undefined && sameShape(input.shape, target.shape)
}

/** What log softmax of each class is multiplied by: of input's shape, 0 where it is ignored. */
function labelShares(
  gates: Gates,
  input: Value,
  target: Value,
  attributes: CrossEntropyAttributes,
): Value {
  const { weight, labelSmoothing } = attributes
  const { places, isKept, weights } = readLabels(gates, input, target, attributes)
  const atLabel = oneHotAlong(gates, input, places)
  const spread = (x: Value) => gates.reshape(x, keptShape(input.shape))
  // A label alone has the weight of its class everywhere; spread out, each class has its own.
  if (!labelSmoothing) return weights ? gates.multiply(atLabel, spread(weights)) : atLabel
  const shares = sharesOf(gates, atLabel, { labelSmoothing, ...(weight && { weight }) })
  return isKept ? gates.multiply(shares, gates.cast(spread(isKept), dtypeOf(input))) : shares
}

function dtypeOf({ dtype }: Value): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32'
}
