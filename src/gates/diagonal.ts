import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, stridesOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { type DiagonalAttributes, type DiagonalOptions, diagonalAttributes } from './diagonals.ts'

export interface Diagonal {
  <D extends DType>(x: Value<Shape, D>, options?: DiagonalOptions): Value<Shape, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    diagonal(options?: DiagonalOptions): Value<Shape, D>
  }
}

/**
 * The elements of two axes whose places are equal, or, with `offset`, that much further along the
 * second; they become the last axis. The two are the first two axes where nothing else is said.
 *
 * Shapes: x [m, n, ...] → [..., k], where k is how long the diagonal is, 0 where it is outside.
 * Throws: ATTRIBUTE for an axis that is not there or that is named twice, or an offset that is no
 * whole number.
 * Source: PyTorch `diagonal`.
 */
export const diagonal: Gate<Diagonal> = defineGate<Diagonal, ['x'], DiagonalAttributes>({
  name: 'diagonal',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, options: DiagonalOptions = {}) => ({
    inputs: [x],
    attributes: diagonalAttributes('diagonal', x.shape.length, { axis1: 0, axis2: 1, ...options }),
  }),
  shape: ({ x, attributes }) => [...othersOf(x, attributes), lengthOf(x, attributes)],
  move: ({ x, attributes }) => {
    const { offset, axis1, axis2 } = attributes
    const strides = stridesOf(x.shape)
    const [down = 0, along = 0] = [strides[axis1], strides[axis2]]
    const isEmpty = lengthOf(x.shape, attributes) === 0
    return {
      kind: 'strided',
      offset: isEmpty ? 0 : Math.max(offset, 0) * along + Math.max(0 - offset, 0) * down,
      strides: [...othersOf(strides, attributes), down + along],
    }
  },
  backward: ({ gates, x, attributes, upstream }) => {
    const { offset, axis1, axis2 } = attributes
    const length = lengthOf(x.shape, attributes)
    if (length === 0) return { x: gates.zerosLike(x) }
    const matrix = gates.diagEmbed(upstream, { offset, axis1, axis2 })
    // What was built is square; x may have more rows or columns, which get nothing.
    const high = x.shape.map((size, axis) => size - (matrix.shape[axis] ?? 0))
    return {
      x: gates.pad(
        matrix,
        x.shape.map(() => 0),
        high,
      ),
    }
  },
  equation: ({ x, attributes: { offset, axis1, axis2 } }) =>
    String.raw`\operatorname{diagonal}(${x}, ${offset}, ${formatShape([axis1, axis2])})`,
  downstream: ({ upstream, attributes: { offset } }) =>
    String.raw`\operatorname{diagEmbed}(${upstream}, ${offset})`,
  // Expected values: torch 1.13, torch.diagonal.
  samples: [
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      output: [1, 5],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [{ offset: 1 }],
      output: [2, 6],
    },
    {
      x: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      with: [{ offset: -1, axis1: -2, axis2: -1 }],
      output: [3, 6],
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
      with: [{ axis1: 0, axis2: 2 }],
      output: [
        [1, 6],
        [3, 8],
      ],
    },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      with: [{ offset: 2 }],
      output: [],
    },
  ],
})

function othersOf(list: readonly number[], { axis1, axis2 }: DiagonalAttributes): number[] {
  return list.filter((_, axis) => axis !== axis1 && axis !== axis2)
}

function lengthOf(shape: Shape, { offset, axis1, axis2 }: DiagonalAttributes): number {
  const rows = (shape[axis1] ?? 0) - Math.max(0 - offset, 0)
  const columns = (shape[axis2] ?? 0) - Math.max(offset, 0)
  return Math.max(0, Math.min(rows, columns))
}
