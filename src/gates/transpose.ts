import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxis, type Shape, stridesOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

export interface Transpose {
  <S extends Shape, D extends DType>(x: Value<S, D>): Value<Reversed<S>, D>
  <D extends DType>(x: Value<Shape, D>, axes: readonly number[]): Value<Shape, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    transpose<V extends Value>(this: V): Value<Reversed<V['shape']>, V['dtype']>
    transpose(axes: readonly number[]): Value<Shape, D>
  }
}

interface TransposeAttributes {
  readonly [name: string]: readonly number[]
  readonly axes: readonly number[]
}

export type Reversed<S extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [infer First extends number, ...infer Rest extends Shape]
    ? [...Reversed<Rest>, First]
    : []

/**
 * The axes in another order; without `axes` in the reverse order.
 *
 * Shapes: x [n0, n1, …] → [n_axes[0], n_axes[1], …].
 * Throws: ATTRIBUTE unless `axes` names every axis once.
 * Source: NumPy `transpose`.
 */
export const transpose: Gate<Transpose> = defineGate<Transpose, ['x'], TransposeAttributes>({
  name: 'transpose',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, axes?: readonly number[]) => {
    const rank = x.shape.length
    const order = axes
      ? axes.map((axis) => normalizeAxis(axis, rank, 'transpose'))
      : x.shape.map((_, axis) => rank - 1 - axis)
    return { inputs: [x], attributes: { axes: Object.freeze(order) } }
  },
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'axes names every axis of x once',
      holds: ({ x, attributes }) =>
        (attributes.axes.length === x.shape.length &&
          new Set(attributes.axes).size === x.shape.length) ||
        `axes ${formatShape(attributes.axes)} do not order ${formatShape(x.shape)}`,
      fix: 'list each axis once, in the order wanted',
      broken: { x: 'f32[2, 3]', with: [[0, 0]] },
    },
  },
  shape: ({ x, attributes }) => attributes.axes.map((axis) => x[axis] ?? 0),
  move: ({ x, attributes }) => {
    const strides = stridesOf(x.shape)
    return {
      kind: 'strided',
      offset: 0,
      strides: attributes.axes.map((axis) => strides[axis] ?? 0),
    }
  },
  backward: ({ gates, attributes, upstream }) => ({
    x: gates.transpose(
      upstream,
      attributes.axes.map((_, axis) => attributes.axes.indexOf(axis)),
    ),
  }),
  equation: ({ x, shapes, attributes }) =>
    shapes.x.length === 2
      ? String.raw`${x}^\top`
      : String.raw`\operatorname{transpose}(${x}, ${formatShape(attributes.axes)})`,
  downstream: ({ upstream, shapes }) =>
    shapes.x.length === 2
      ? String.raw`${upstream}^\top`
      : String.raw`\operatorname{transpose}(${upstream})`,
  samples: [
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      output: [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    },
    {
      x: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      with: [[1, 2, 0]],
      output: [
        [[1], [2]],
        [[3], [4]],
      ],
    },
  ],
})
