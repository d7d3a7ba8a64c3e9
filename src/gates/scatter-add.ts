import type { DType } from '../ir/dtype.ts'
import type { IfDType, IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxis, type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { type AxisAttributes, fitsOffAxis, type IndexDType } from './gather.ts'
import { checkPlaces } from './index-range.ts'

export interface ScatterAdd {
  <S extends Shape, D extends DType, E extends DType, I extends DType>(
    x: Value<S, D>,
    index: IfDType<'scatterAdd: index', I, IndexDType, Value<Shape, I>>,
    source: IfSameDType<'scatterAdd', D, E, Value<Shape, E>>,
    axis: number,
  ): Value<S, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    scatterAdd<V extends Value, const E extends DType, const I extends DType>(
      this: V,
      index: IfDType<'scatterAdd: index', I, IndexDType, Value<Shape, I>>,
      source: IfSameDType<'scatterAdd', V['dtype'], E, Value<Shape, E>>,
      axis: number,
    ): Value<V['shape'], V['dtype']>
  }
}

/**
 * `x` with each element of `source` added at the place along `axis` that stands in `index`:
 * out[index[i, j], j] += source[i, j] for axis 0. Places may repeat; their elements are summed.
 *
 * Shapes: x [...], index [...] of as many axes, no longer than x off `axis`, source of index's
 * shape (PyTorch also takes a longer source, of which it reads the first part) → x's shape.
 * Index is i32 or u32; its elements count from 0.
 * Throws: SHAPE where index or source does not fit; DTYPE where source is of another dtype than x;
 * INDEX, when it runs, for a place that x does not have.
 * Source: PyTorch `scatter_add`.
 */
export const scatterAdd: Gate<ScatterAdd> = defineGate<
  ScatterAdd,
  ['x', 'index', 'source'],
  AxisAttributes
>({
  name: 'scatterAdd',
  operands: ['x', 'index', 'source'],
  role: 'mover',
  takes: { x: 'numeric', index: 'integer', source: 'numeric' },
  call: (x: Value, index: Value, source: Value, axis: number) => ({
    inputs: [x, index, source],
    attributes: { axis: normalizeAxis(axis, x.shape.length, 'scatterAdd') },
  }),
  constraints: {
    C1: {
      rule: 'index has as many axes as x',
      holds: ({ x, index }) =>
        x.shape.length === index.shape.length ||
        `index ${formatShape(index.shape)} has ${index.shape.length} axes, x ${formatShape(x.shape)} has ${x.shape.length}`,
      fix: 'reshape index and source',
      broken: { x: 'f32[2, 3]', index: 'i32[2]', source: 'f32[2]', with: [1] },
    },
    C2: {
      rule: 'off the axis, index is no longer than x',
      holds: ({ x, index, attributes }) =>
        fitsOffAxis(index.shape, x.shape, attributes.axis) ||
        `index ${formatShape(index.shape)} is longer than x ${formatShape(x.shape)} off axis ${attributes.axis}`,
      fix: 'slice index and source, or give x more room',
      broken: { x: 'f32[2, 3]', index: 'i32[4, 1]', source: 'f32[4, 1]', with: [1] },
    },
    C3: {
      rule: 'source has the shape of index',
      holds: ({ index, source }) =>
        sameShape(index.shape, source.shape) ||
        `source ${formatShape(source.shape)} is not of index's shape ${formatShape(index.shape)}`,
      fix: 'slice source, or broadcast it, to the shape of index',
      broken: { x: 'f32[2, 3]', index: 'i32[2, 1]', source: 'f32[2, 2]', with: [1] },
    },
    C4: {
      code: 'DTYPE',
      rule: 'x and source have the same dtype',
      holds: ({ x, source }) =>
        x.dtype === source.dtype || `dtypes ${x.dtype} and ${source.dtype} do not mix`,
      fix: 'cast source to the dtype of x',
      broken: { x: 'f32[2, 3]', index: 'i32[2, 1]', source: 'f64[2, 1]', with: [1] },
    },
  },
  checkData: ({ x, index, attributes: { axis } }) =>
    checkPlaces(index, {
      gate: 'scatterAdd',
      operand: 'index',
      element: 'index',
      length: x.shape[axis] ?? 1,
      of: `axis ${axis} of x ${formatShape(x.shape)} has size ${x.shape[axis]}`,
      fix: 'correct index, or give x more room along the axis',
    }),
  index: 'scatterAdd',
  backward: ({ gates, index, attributes, upstream }) => ({
    x: upstream,
    source: gates.gather(upstream, index, attributes.axis),
  }),
  equation: ({ x, index, source, attributes }) =>
    String.raw`\operatorname{scatterAdd}(${x}, ${index}, ${source}, ${attributes.axis})`,
  downstream: ({ index, upstream, attributes }) => ({
    x: upstream,
    source: String.raw`\operatorname{gather}(${upstream}, ${index}, ${attributes.axis})`,
  }),
  // Expected values: torch 1.13, torch.scatter_add.
  samples: [
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      index: [
        [0, 2],
        [1, 1],
      ],
      source: [
        [10, 20],
        [30, 40],
      ],
      with: [1],
      output: [
        [11, 2, 23],
        [4, 75, 6],
      ],
    },
    {
      x: [
        [0, 0, 0],
        [0, 0, 0],
      ],
      index: [[1, 0, 1]],
      source: [[10, 20, 30]],
      with: [0],
      output: [
        [0, 20, 0],
        [10, 0, 30],
      ],
    },
    { x: [1, 2], index: [1, 1, 1], source: [0.5, -1, 4], with: [-1], output: [1, 5.5] },
  ],
})
