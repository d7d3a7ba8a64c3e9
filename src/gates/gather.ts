import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { checkPlaces } from './index-range.ts'

/** What places are counted in. */
export type IndexDType = 'i32' | 'u32'

export interface Gather {
  <T extends Shape, D extends DType, I extends DType>(
    x: Value<Shape, D>,
    index: IfDType<'gather: index', I, IndexDType, Value<T, I>>,
    axis: number,
  ): Value<T, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    gather<const T extends Shape, const I extends DType>(
      index: IfDType<'gather: index', I, IndexDType, Value<T, I>>,
      axis: number,
    ): Value<T, D>
  }
}

export interface AxisAttributes {
  readonly [name: string]: number
  /** Counted from the front. */
  readonly axis: number
}

/**
 * The elements of `x` whose place along `axis` stands in `index`: out[i, j] = x[index[i, j], j]
 * for axis 0. For whole rows by a list of places see `take`.
 *
 * Shapes: x [...], index [...] of as many axes, no longer than x off `axis` → index's shape.
 * Index is i32 or u32; its elements count from 0.
 * Throws: SHAPE where index does not fit; INDEX, when it runs, for a place that x does not have.
 * Source: PyTorch `gather`.
 *
 * @example
 * gather(logProbabilities, labels.reshape([4, 1]), 1) // [4, 10] at [4, 1] → [4, 1]
 */
export const gather: Gate<Gather> = defineGate<Gather, ['x', 'index'], AxisAttributes>({
  name: 'gather',
  operands: ['x', 'index'],
  role: 'mover',
  takes: { x: 'stored', index: 'integer' },
  call: (x: Value, index: Value, axis: number) => ({
    inputs: [x, index],
    attributes: { axis: normalizeAxis(axis, x.shape.length, 'gather') },
  }),
  constraints: {
    C1: {
      rule: 'index has as many axes as x',
      holds: ({ x, index }) =>
        x.shape.length === index.shape.length ||
        `index ${formatShape(index.shape)} has ${index.shape.length} axes, x ${formatShape(x.shape)} has ${x.shape.length}`,
      fix: 'reshape index, or use take for whole rows',
      broken: { x: 'f32[2, 3]', index: 'i32[2]', with: [1] },
    },
    C2: {
      rule: 'off the axis, index is no longer than x',
      holds: ({ x, index, attributes }) =>
        fitsOffAxis(index.shape, x.shape, attributes.axis) ||
        `index ${formatShape(index.shape)} is longer than x ${formatShape(x.shape)} off axis ${attributes.axis}`,
      fix: 'slice index, or use take for whole rows',
      broken: { x: 'f32[2, 3]', index: 'i32[4, 1]', with: [1] },
    },
  },
  checkData: ({ x, index, attributes: { axis } }) =>
    checkPlaces(index, {
      gate: 'gather',
      operand: 'index',
      element: 'index',
      length: x.shape[axis] ?? 1,
      of: `axis ${axis} of x ${formatShape(x.shape)} has size ${x.shape[axis]}`,
      fix: 'correct index, or gather along another axis',
    }),
  shape: ({ index }) => index,
  index: 'gather',
  backward: ({ gates, x, index, attributes, upstream }) => ({
    x: gates.scatterAdd(gates.zerosLike(x), index, upstream, attributes.axis),
  }),
  equation: ({ x, index, attributes }) =>
    String.raw`\operatorname{gather}(${x}, ${index}, ${attributes.axis})`,
  downstream: ({ index, upstream, attributes }) => ({
    x: String.raw`\operatorname{scatterAdd}(0, ${index}, ${upstream}, ${attributes.axis})`,
  }),
  // Expected values: torch 1.13, torch.gather.
  samples: [
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      index: [
        [0, 0],
        [1, 0],
      ],
      with: [1],
      output: [
        [1, 1],
        [4, 3],
      ],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      index: [[1, 0, 1]],
      with: [0],
      output: [[4, 2, 6]],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      index: [[2], [0]],
      with: [-1],
      output: [[3], [4]],
    },
    {
      x: [1, Number.NaN, -0],
      index: [2, 1, 1, 0],
      with: [0],
      output: [-0, Number.NaN, Number.NaN, 1],
    },
  ],
})

/** Whether `index` is no longer than `shape` on every axis but one; both have as many axes. */
export function fitsOffAxis(index: Shape, shape: Shape, axis: number): boolean {
  return index.every((size, at) => at === axis || size <= (shape[at] ?? 0))
}
