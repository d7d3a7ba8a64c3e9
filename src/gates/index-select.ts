import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { AxisAttributes, IndexDType } from './gather.ts'
import { checkPlaces } from './index-range.ts'

export interface IndexSelect {
  <D extends DType, I extends DType>(
    x: Value<Shape, D>,
    index: IfDType<'indexSelect: index', I, IndexDType, Value<Shape, I>>,
    axis: number,
  ): Value<Shape, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    indexSelect<const I extends DType>(
      index: IfDType<'indexSelect: index', I, IndexDType, Value<Shape, I>>,
      axis: number,
    ): Value<Shape, D>
  }
}

/**
 * The rows of x along an axis whose places stand in a vector: `take` with one axis of places.
 *
 * Shapes: x [..., n, ...], index [k] of i32 or u32 → [..., k, ...].
 * Throws: SHAPE where index is no vector; ATTRIBUTE for an axis that is not there; INDEX, when it
 * runs, for a place that x does not have.
 * Source: PyTorch `index_select`.
 */
export const indexSelect: Gate<IndexSelect> = defineGate<
  IndexSelect,
  ['x', 'index'],
  AxisAttributes
>({
  name: 'indexSelect',
  operands: ['x', 'index'],
  role: 'mover',
  takes: { x: 'stored', index: 'integer' },
  call: (x: Value, index: Value, axis: number) => ({
    inputs: [x, index],
    attributes: { axis: normalizeAxis(axis, x.shape.length, 'indexSelect') },
  }),
  constraints: {
    C1: {
      rule: 'index is a vector',
      holds: ({ index: { shape } }) => shape.length === 1 || `index ${formatShape(shape)}`,
      fix: 'use take, which has places of any shape',
      broken: { x: 'f32[2, 3]', index: 'i32[2, 2]', with: [1] },
    },
  },
  checkData: ({ x, index, attributes: { axis } }) =>
    checkPlaces(index, {
      gate: 'indexSelect',
      operand: 'index',
      element: 'index',
      length: x.shape[axis] ?? 1,
      of: `axis ${axis} of x ${formatShape(x.shape)} has size ${x.shape[axis]}`,
      fix: 'correct the index, or make x longer along the axis',
    }),
  shape: ({ x, index: [count = 0], attributes: { axis } }) => x.with(axis, count),
  expand: ({ gates, x, index, attributes: { axis } }) => gates.take(x, index, axis),
  equation: ({ x, index, attributes: { axis } }) =>
    String.raw`\operatorname{indexSelect}(${x}, ${index}, ${axis})`,
  downstream: ({ index, upstream, attributes: { axis } }) => ({
    x: String.raw`\operatorname{indexAdd}(0, ${index}, ${upstream}, ${axis})`,
  }),
  // Expected values: torch 1.13, torch.index_select.
  samples: [
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      index: [2, 0, 2],
      with: [1],
      output: [
        [3, 1, 3],
        [6, 4, 6],
      ],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      index: [1],
      with: [-2],
      output: [[4, 5, 6]],
    },
  ],
})
