import {
  type CriterionAttributes,
  type CriterionOptions,
  criterionCall,
  type IfSameShape,
  knownReduction,
  type LossShape,
  type Reduction,
  reducedNotation,
  reduceErrors,
} from '../gates/criterion.ts'
import { defineGate, type Gates } from '../gates/define.ts'
import { checkPlaces } from '../gates/index-range.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { RowsOf } from './criterion-of-three.ts'

export interface MultiLabelMargin {
  <
    S extends Shape,
    D extends DType,
    T extends Shape,
    E extends DType,
    R extends Reduction = 'mean',
  >(
    input: Value<S, D>,
    target: IfSameShape<
      'multiLabelMargin',
      S,
      T,
      IfDType<'multiLabelMargin: target', E, 'i32', Value<T, E>>
    >,
    options?: CriterionOptions<R>,
  ): Value<LossShape<RowsOf<S>, R>, D>
}

/**
 * The error of scores of which those of several classes should be the largest: for each class that
 * the row of target names, and each that it does not, max(0, 1 − (score − other score)); their sum
 * over the number of classes, averaged over all rows.
 *
 * Shapes: input [n, classes] or [classes]; target, i32 of the same shape, names classes up to the
 * first −1 of its row → a scalar, or input's without the last axis where `reduction` is 'none'.
 * Throws: SHAPE where they do not fit; ATTRIBUTE for a reduction that is none of the three; INDEX,
 * when it runs, for a label that is none of the classes.
 * Source: PyTorch `multilabel_margin_loss`.
 */
export const multiLabelMargin: Gate<MultiLabelMargin> = defineGate<
  MultiLabelMargin,
  ['input', 'target'],
  CriterionAttributes
>({
  name: 'multiLabelMargin',
  operands: ['input', 'target'],
  targets: ['target'],
  role: 'criterion',
  takes: { target: 'integer' },
  call: criterionCall,
  constraints: {
    C1: {
      rule: 'input is [n, classes] or [classes], and target has its shape',
      holds: ({ input, target }) =>
        (sameShape(input.shape, target.shape) && [1, 2].includes(input.shape.length)) ||
        `input ${formatShape(input.shape)} and target ${formatShape(target.shape)}`,
      fix: 'give for each row as many labels as there are classes, filled up with -1',
      broken: { input: 'f32[2, 3]', target: 'i32[2]' },
    },
    C2: {
      ...knownReduction,
      broken: { input: 'f32[2, 3]', target: 'i32[2, 3]', with: [{ reduction: 'average' }] },
    },
    C3: {
      code: 'DTYPE',
      rule: 'target is i32, as -1 ends its rows',
      holds: ({ target }) => target.dtype !== 'u32' || 'target is u32',
      fix: "convert it first: cast(target, 'i32')",
      broken: { input: 'f32[3]', target: 'u32[3]' },
    },
  },
  checkData: ({ input, target }) => {
    const classes = input.shape.at(-1) ?? 0
    return checkPlaces(target, {
      ...{ gate: 'multiLabelMargin', operand: 'target', element: 'label', length: classes },
      of: `input ${formatShape(input.shape)} has ${classes} classes`,
      fix: 'count classes from 0, and fill up rows with -1',
      except: -1,
    })
  },
  shape: ({ input, attributes }) => (attributes.reduction === 'none' ? input.slice(0, -1) : []),
  expand: ({ gates, input, target, attributes }) => {
    const rows = input.shape.slice(0, -1)
    const classes = input.shape.at(-1) ?? 0
    const named = timesNamed(gates, target, input)
    const unnamed = gates.cast(gates.equal(named, 0), floatingOf(input))
    const column = (x: Value) => gates.reshape(x, [...rows, classes, 1])
    const row = (x: Value) => gates.reshape(x, [...rows, 1, classes])
    const missing = gates.relu(gates.add(gates.subtract(row(input), column(input)), 1))
    const pairs = gates.multiply(column(named), row(unnamed))
    const total = gates.sum(gates.multiply(missing, pairs), [-2, -1])
    return reduceErrors(gates, gates.divide(total, classes), attributes)
  },
  equation: ({ input, target, attributes }) =>
    reducedNotation(
      String.raw`\frac{1}{c} \sum_{i \in ${target}, j \notin ${target}} \max(0, 1 - ${input}_i + ${input}_j)`,
      attributes,
    ),
  // Expected values: torch 1.13, torch.nn.functional.multilabel_margin_loss.
  samples: [
    {
      input: [
        [0.5, -1, 2, 0.25],
        [3, 2.5, 3, 1],
      ],
      target: [
        [3, 0, -1, 1],
        [1, -1, -1, -1],
      ],
      output: 1.03125,
    },
    {
      input: [
        [0.5, -1, 2],
        [3, 2.5, 3],
      ],
      target: [
        [1, 1, 0],
        [-1, 2, 0],
      ],
      with: [{ reduction: 'none' }],
      output: [3.5, 0],
    },
    {
      input: [0.5, -1, 2],
      target: [2, 1, -1],
      with: [{ reduction: 'sum' }],
      output: 0.8333333333333334,
    },
  ],
})

/** How often each class is named in its row before the first −1: of input's shape. */
function timesNamed(gates: Gates, target: Value, input: Value): Value {
  const classes = target.shape.at(-1) ?? 0
  const places = gates.iota(target.shape, -1, { dtype: 'i32' })
  const isEnd = gates.less(target, 0)
  // All are i32; min over where gives the place of the first −1.
  const end = gates.min(gates.where(isEnd, places, classes), -1, { keepDims: true })
  const isNamed = gates.cast(gates.less(places, end), floatingOf(input))
  const labels = gates.where(isEnd, 0, target) as Value<Shape, 'i32'> // of target's dtype
  const each = gates.oneHot(labels, classes, { dtype: floatingOf(input) })
  const counted = gates.multiply(each, gates.reshape(isNamed, [...target.shape, 1]))
  return gates.sum(counted, -2)
}

function floatingOf({ dtype }: Value): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32'
}
