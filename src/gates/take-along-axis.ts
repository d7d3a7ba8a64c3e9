import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { broadcastShapes, formatShape, normalizeAxis, type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { IndexDType } from './gather.ts'
import { checkPlaces } from './index-range.ts'

export interface TakeAlongAxis {
  <D extends DType, I extends DType>(
    x: Value<Shape, D>,
    index: IfDType<'takeAlongAxis: index', I, IndexDType, Value<Shape, I>>,
    axis?: number,
  ): Value<Shape, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    takeAlongAxis<const I extends DType>(
      index: IfDType<'takeAlongAxis: index', I, IndexDType, Value<Shape, I>>,
      axis?: number,
    ): Value<Shape, D>
  }
}

interface TakeAttributes {
  readonly [name: string]: number | null
  /** Counted from the front; null: x and index are one row each. */
  readonly axis: number | null
}

/**
 * The elements of x whose place along an axis stands in `index`, as argmax and argsort give them:
 * `gather`, but x and index broadcast on all other axes. Without an axis both are taken as one row.
 *
 * Shapes: x [...], index [...] of as many axes → their shapes broadcast, index's size at the axis.
 * Index is i32 or u32; its elements count from 0.
 * Throws: SHAPE where index does not fit; ATTRIBUTE for an axis that is not there; INDEX, when it
 * runs, for a place that x does not have.
 * Source: NumPy `take_along_axis`; PyTorch `take_along_dim`.
 *
 * @example
 * takeAlongAxis(x, x.argmax(1, { keepDims: true }), 1) // the largest of each row
 */
export const takeAlongAxis: Gate<TakeAlongAxis> = defineGate<
  TakeAlongAxis,
  ['x', 'index'],
  TakeAttributes
>({
  name: 'takeAlongAxis',
  operands: ['x', 'index'],
  role: 'mover',
  takes: { x: 'any', index: 'integer' },
  call: (x: Value, index: Value, axis?: number) => {
    const along = axis === undefined ? null : normalizeAxis(axis, x.shape.length, 'takeAlongAxis')
    return { inputs: [x, index], attributes: { axis: along } }
  },
  constraints: {
    C1: {
      rule: 'x and index have as many axes and broadcast, but for the axis',
      holds: ({ x, index, attributes: { axis } }) =>
        axis === null ||
        otherSizes(x.shape, index.shape, axis) !== undefined ||
        `x ${formatShape(x.shape)} and index ${formatShape(index.shape)}`,
      fix: 'reshape index, or use take for whole rows',
      broken: { x: 'f32[2, 3]', index: 'i32[3, 1]', with: [1] },
    },
  },
  checkData: ({ x, index, attributes: { axis } }) => {
    const length = axis === null ? sizeOf(x.shape) : (x.shape[axis] ?? 1)
    const what =
      axis === null ? `x ${formatShape(x.shape)}` : `axis ${axis} of x ${formatShape(x.shape)}`
    return checkPlaces(index, {
      gate: 'takeAlongAxis',
      operand: 'index',
      element: 'index',
      length,
      of: `${what} has ${length} places`,
      fix: 'correct index, or take along another axis',
    })
  },
  shape: ({ x, index, attributes: { axis } }) =>
    axis === null
      ? [sizeOf(index)]
      : (otherSizes(x, index, axis) ?? x).with(axis, index[axis] ?? 0),
  expand: ({ gates, x, index, attributes: { axis } }) => {
    if (axis === null) return gates.gather(gates.reshape(x, [-1]), gates.reshape(index, [-1]), 0)
    const others = otherSizes(x.shape, index.shape, axis) ?? x.shape
    const table = gates.broadcastTo(x, others.with(axis, x.shape[axis] ?? 0))
    return gates.gather(
      table,
      gates.broadcastTo(index, others.with(axis, index.shape[axis] ?? 0)),
      axis,
    )
  },
  equation: ({ x, index, attributes: { axis } }) =>
    String.raw`\operatorname{takeAlongAxis}(${x}, ${index}${axis === null ? '' : `, ${axis}`})`,
  downstream: ({ index, upstream }) => ({
    x: String.raw`\operatorname{scatterAdd}(0, ${index}, ${upstream})`,
  }),
  // Expected values: NumPy 1.24, np.take_along_axis.
  samples: [
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      index: [[2], [0]],
      with: [1],
      output: [[3], [4]],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      index: [[1, 1]],
      with: [-1],
      output: [
        [2, 2],
        [5, 5],
      ],
    },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      index: [[3], [0]],
      output: [4, 1],
    },
  ],
})

/** The sizes of both off the axis, broadcast, with 1 there; undefined where they do not meet. */
function otherSizes(shape: Shape, index: Shape, axis: number): Shape | undefined {
  if (shape.length !== index.length) return undefined
  const met = broadcastShapes(shape.with(axis, 1), index.with(axis, 1))
  return 'clash' in met ? undefined : met
}
