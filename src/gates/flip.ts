import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxes, type Shape, stridesOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

export interface Flip {
  <S extends Shape, D extends DType>(x: Value<S, D>, axis?: number | readonly number[]): Value<S, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    flip(axis?: number | readonly number[]): Value<S, D>
  }
}

interface FlipAttributes {
  readonly [name: string]: readonly number[]
  /** Counted from the front, ascending. */
  readonly axes: readonly number[]
}

/**
 * The elements in reverse order along some axes, or along all of them.
 *
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: NumPy `flip`.
 */
export const flip: Gate<Flip> = defineGate<Flip, ['x'], FlipAttributes>({
  name: 'flip',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, axis?: number | readonly number[]) => ({
    inputs: [x],
    attributes: { axes: Object.freeze(normalizeAxes(axis, x.shape.length, 'flip')) },
  }),
  move: ({ x, attributes: { axes } }) => {
    const strides = stridesOf(x.shape)
    const last = (axis: number) => Math.max((x.shape[axis] ?? 0) - 1, 0) * (strides[axis] ?? 0)
    return {
      kind: 'strided',
      offset: axes.reduce((offset, axis) => offset + last(axis), 0),
      strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
    }
  },
  backward: ({ gates, attributes, upstream }) => ({ x: gates.flip(upstream, attributes.axes) }),
  equation: ({ x, attributes }) =>
    String.raw`\operatorname{flip}(${x}, ${formatShape(attributes.axes)})`,
  downstream: ({ upstream, attributes }) =>
    String.raw`\operatorname{flip}(${upstream}, ${formatShape(attributes.axes)})`,
  // Expected values: NumPy 1.24, np.flip.
  samples: [
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      output: [
        [6, 5, 4],
        [3, 2, 1],
      ],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [1],
      output: [
        [3, 2, 1],
        [6, 5, 4],
      ],
    },
    {
      x: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
      with: [[0, -1]],
      output: [
        [
          [6, 5],
          [8, 7],
        ],
        [
          [2, 1],
          [4, 3],
        ],
      ],
    },
  ],
})
