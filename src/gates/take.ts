import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxis, type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate, type Gates } from './define.ts'
import type { AxisAttributes, IndexDType } from './gather.ts'
import { checkPlaces } from './index-range.ts'

/** The shape of rows of a table [n, ...row] at indices [...]: [...indices, ...row]. */
export type RowsTaken<S extends Shape, T extends Shape> = S extends readonly [
  number,
  ...infer Row extends Shape,
]
  ? readonly [...T, ...Row]
  : Shape

export interface Take {
  <S extends Shape, D extends DType, T extends Shape, I extends DType>(
    x: Value<S, D>,
    indices: IfDType<'take: indices', I, IndexDType, Value<T, I>>,
    axis?: 0,
  ): Value<RowsTaken<S, T>, D>
  <D extends DType, I extends DType>(
    x: Value<Shape, D>,
    indices: IfDType<'take: indices', I, IndexDType, Value<Shape, I>>,
    axis: number,
  ): Value<Shape, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    take<V extends Value, const T extends Shape, const I extends DType>(
      this: V,
      indices: IfDType<'take: indices', I, IndexDType, Value<T, I>>,
      axis?: 0,
    ): Value<RowsTaken<V['shape'], T>, V['dtype']>
    take<const I extends DType>(
      indices: IfDType<'take: indices', I, IndexDType, Value<Shape, I>>,
      axis: number,
    ): Value<Shape, D>
  }
}

/**
 * Whole rows of `x`, at the places along `axis` that stand in `indices`: with axis 0 the lookup in
 * a table of embeddings. A row that is taken twice gets the sum of both gradients.
 *
 * Shapes: x [...before, n, ...after], indices [...] → [...before, ...indices, ...after].
 * Indices are i32 or u32 and count from 0; negative ones, which NumPy takes, are out of range.
 * Throws: ATTRIBUTE for an axis that is not there; INDEX, when it runs, for a place that x does not
 * have.
 * Source: NumPy `take`; with axis 0 PyTorch `embedding`.
 *
 * @example
 * take(table, tokens) // [vocabulary, width] at [batch, time] → [batch, time, width]
 */
export const take: Gate<Take> = defineGate<Take, ['x', 'indices'], AxisAttributes>({
  name: 'take',
  operands: ['x', 'indices'],
  role: 'mover',
  takes: { x: 'stored', indices: 'integer' },
  call: (x: Value, indices: Value, axis = 0) => ({
    inputs: [x, indices],
    attributes: { axis: normalizeAxis(axis, x.shape.length, 'take') },
  }),
  checkData: ({ x, indices, attributes: { axis } }) =>
    checkPlaces(indices, {
      gate: 'take',
      operand: 'indices',
      element: 'index',
      length: x.shape[axis] ?? 1,
      of: `axis ${axis} of x ${formatShape(x.shape)} has size ${x.shape[axis]}`,
      fix: 'correct the index, or make x longer along the axis',
    }),
  shape: ({ x, indices, attributes: { axis } }) => x.toSpliced(axis, 1, ...indices),
  expand: ({ gates, x, indices, attributes: { axis } }) => {
    const index = placesOfRows(gates, indices, x.shape, axis)
    const rows = gates.gather(x, index, axis)
    return gates.reshape(rows, x.shape.toSpliced(axis, 1, ...indices.shape))
  },
  equation: ({ x, indices, attributes: { axis } }) =>
    axis === 0 ? `${x}[${indices}]` : String.raw`\operatorname{take}(${x}, ${indices}, ${axis})`,
  downstream: ({ indices, upstream, attributes: { axis } }) => ({
    x: String.raw`\operatorname{scatterAdd}(0, ${indices}, ${upstream}, ${axis})`,
  }),
  // Expected values: NumPy 1.24, np.take.
  samples: [
    {
      x: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      indices: [
        [2, 0],
        [2, 1],
      ],
      output: [
        [
          [5, 6],
          [1, 2],
        ],
        [
          [5, 6],
          [3, 4],
        ],
      ],
    },
    {
      x: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      indices: 1,
      output: [3, 4],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      indices: [2, 2, 0],
      with: [-1],
      output: [
        [3, 3, 1],
        [6, 6, 4],
      ],
    },
    { x: [10, 20, 30], indices: [[1], [0]], output: [[20], [10]] },
  ],
})

/** For each element of rows of `shape`, as many as `indices` has, the place of its row. */
export function placesOfRows(gates: Gates, indices: Value, shape: Shape, axis: number): Value {
  const count = sizeOf(indices.shape)
  const column = shape.map((_, at) => (at === axis ? count : 1))
  return gates.broadcastTo(gates.reshape(indices, column), shape.with(axis, count))
}
