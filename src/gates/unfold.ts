import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { normalizeAxis, type Shape, stridesOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

export interface Unfold {
  <D extends DType>(x: Value<Shape, D>, axis: number, size: number, step: number): Value<Shape, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    unfold(axis: number, size: number, step: number): Value<Shape, D>
  }
}

interface UnfoldAttributes {
  readonly [name: string]: number
  /** Counted from the front. */
  readonly axis: number
  readonly size: number
  readonly step: number
}

/**
 * Windows of `size` neighbours along an axis, each `step` after the one before. Nothing is copied
 * where windows overlap: an element that stands in several gets the sum of their gradients.
 *
 * Shapes: x [..., n, ...] → [..., ⌊(n − size) / step⌋ + 1, ..., size].
 * Throws: ATTRIBUTE for an axis that is not there, a size that is no whole number of at most n, or a
 * step below 1.
 * Source: PyTorch `Tensor.unfold`.
 *
 * @example
 * unfold(series, 0, 7, 1).mean(-1) // the average of each week
 */
export const unfold: Gate<Unfold> = defineGate<Unfold, ['x'], UnfoldAttributes>({
  name: 'unfold',
  operands: ['x'],
  role: 'adder',
  takes: 'numeric',
  call: (x: Value, axis: number, size: number, step: number) => ({
    inputs: [x],
    attributes: { axis: normalizeAxis(axis, x.shape.length, 'unfold'), size, step },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'size is a whole number from 0 to the length of the axis',
      holds: ({ x, attributes: { axis, size } }) =>
        (Number.isSafeInteger(size) && size >= 0 && size <= (x.shape[axis] ?? 0)) ||
        `size ${size}, axis ${axis} of length ${x.shape[axis]}`,
      fix: 'make the windows shorter, or pad x',
      broken: { x: 'f32[3]', with: [0, 4, 1] },
    },
    C2: {
      code: 'ATTRIBUTE',
      rule: 'step is a whole number, 1 or more',
      holds: ({ attributes: { step } }) =>
        (Number.isSafeInteger(step) && step >= 1) || `step ${step}`,
      fix: 'step 1 takes every window, step = size those that do not overlap',
      broken: { x: 'f32[3]', with: [0, 2, 0] },
    },
  },
  shape: ({ x, attributes }) => [
    ...x.with(attributes.axis, windowsOf(x, attributes)),
    attributes.size,
  ],
  move: ({ x, attributes: { axis, step } }) => {
    const strides = stridesOf(x.shape)
    const along = strides[axis] ?? 1
    return { kind: 'strided', offset: 0, strides: [...strides.with(axis, along * step), along] }
  },
  backward: ({ gates, x, attributes, upstream }) => {
    const { axis, size, step } = attributes
    const count = windowsOf(x.shape, attributes)
    // Element j of window i came from place i · step + j.
    const grid = [count, size]
    const places = gates.add(gates.multiply(gates.iota(grid, 0), step), gates.iota(grid, 1))
    const column = x.shape.map((_, at) => (at === axis ? count * size : 1))
    const rows = x.shape.with(axis, count * size)
    const index = gates.broadcastTo(gates.reshape(places, column), rows)
    const windows = gates.reshape(gates.moveAxis(upstream, -1, axis + 1), rows)
    return { x: gates.scatterAdd(gates.zerosLike(x), index, windows, axis) }
  },
  equation: ({ x, attributes: { axis, size, step } }) =>
    String.raw`\operatorname{unfold}(${x}, ${axis}, ${size}, ${step})`,
  downstream: ({ upstream }) => String.raw`\operatorname{fold}(${upstream})`,
  // Expected values: torch 1.13, torch.Tensor.unfold.
  samples: [
    {
      x: [1, 2, 3, 4, 5],
      with: [0, 3, 2],
      output: [
        [1, 2, 3],
        [3, 4, 5],
      ],
    },
    {
      x: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      with: [-2, 2, 1],
      output: [
        [
          [1, 3],
          [2, 4],
        ],
        [
          [3, 5],
          [4, 6],
        ],
      ],
    },
    { x: [[1, 2, 3, 4]], with: [1, 1, 3], output: [[[1], [4]]] },
  ],
})

function windowsOf(shape: Shape, { axis, size, step }: UnfoldAttributes): number {
  return Math.floor(((shape[axis] ?? 0) - size) / step) + 1
}
