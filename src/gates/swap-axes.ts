import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { SameRank } from './pad.ts'

export interface SwapAxes {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    axis1: number,
    axis2: number,
  ): Value<SameRank<S>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    swapAxes<V extends Value>(
      this: V,
      axis1: number,
      axis2: number,
    ): Value<SameRank<V['shape']>, V['dtype']>
  }
}

interface SwapAttributes {
  readonly [name: string]: number
  /** Counted from the front. */
  readonly axis1: number
  readonly axis2: number
}

/**
 * x with two axes in each other's place.
 *
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: NumPy `swapaxes`; PyTorch `swapaxes`, `transpose(dim0, dim1)`.
 */
export const swapAxes: Gate<SwapAxes> = defineGate<SwapAxes, ['x'], SwapAttributes>({
  name: 'swapAxes',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, axis1: number, axis2: number) => ({
    inputs: [x],
    attributes: {
      axis1: normalizeAxis(axis1, x.shape.length, 'swapAxes'),
      axis2: normalizeAxis(axis2, x.shape.length, 'swapAxes'),
    },
  }),
  shape: ({ x, attributes: { axis1, axis2 } }) =>
    x.with(axis1, x[axis2] ?? 0).with(axis2, x[axis1] ?? 0),
  expand: ({ gates, x, attributes: { axis1, axis2 } }) =>
    gates.transpose(
      x,
      x.shape.map((_, axis) => (axis === axis1 ? axis2 : axis === axis2 ? axis1 : axis)),
    ),
  backward: ({ gates, attributes: { axis1, axis2 }, upstream }) => ({
    x: gates.swapAxes(upstream, axis1, axis2),
  }),
  equation: ({ x, attributes: { axis1, axis2 } }) =>
    String.raw`\operatorname{swapAxes}(${x}, ${axis1}, ${axis2})`,
  downstream: ({ upstream, attributes: { axis1, axis2 } }) =>
    String.raw`\operatorname{swapAxes}(${upstream}, ${axis1}, ${axis2})`,
  // Expected values: NumPy 1.24, np.swapaxes.
  samples: [
    {
      x: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      with: [0, -1],
      output: [
        [[1], [3]],
        [[2], [4]],
      ],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [1, 0],
      output: [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    },
  ],
})
