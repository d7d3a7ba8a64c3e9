import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { Parts } from './split.ts'

export interface Chunk {
  <S extends Shape, D extends DType, const Axis extends number = 0>(
    x: Value<S, D>,
    chunks: number,
    axis?: Axis,
  ): Parts<S, D, number, Axis>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    chunk<V extends Value, const Axis extends number = 0>(
      this: V,
      chunks: number,
      axis?: Axis,
    ): Parts<V['shape'], V['dtype'], number, Axis>
  }
}

interface ChunkAttributes {
  readonly [name: string]: number
  readonly chunks: number
  /** Counted from the front. */
  readonly axis: number
}

/**
 * x cut along an axis, by default the first, into so many parts of ⌈n / chunks⌉; the last is shorter
 * where that does not divide the axis, and there are fewer where it runs out before.
 *
 * Throws: ATTRIBUTE for an axis that is not there, or a number of parts that is not whole, 1 or more.
 * Source: PyTorch `chunk`.
 *
 * @example
 * const [query, key, value] = chunk(projected, 3, -1)
 */
export const chunk: Gate<Chunk> = defineGate<Chunk, ['x'], ChunkAttributes>({
  name: 'chunk',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, chunks: number, axis = 0) => ({
    inputs: [x],
    attributes: { chunks, axis: normalizeAxis(axis, x.shape.length, 'chunk') },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'chunks is a whole number, 1 or more',
      holds: ({ attributes: { chunks } }) =>
        (Number.isSafeInteger(chunks) && chunks >= 1) || `chunks ${chunks}`,
      fix: 'say how many parts there are to be; split takes their sizes',
      broken: { x: 'f32[4]', with: [0] },
    },
  },
  outputTypes: ({ x, attributes }) =>
    sizesOf(x.shape, attributes).map((size) =>
      Object.freeze({ shape: Object.freeze(x.shape.with(attributes.axis, size)), dtype: x.dtype }),
    ),
  expand: ({ gates, x, attributes }) =>
    gates.split(x, sizesOf(x.shape, attributes), attributes.axis),
  equation: ({ x, attributes: { chunks, axis } }) =>
    String.raw`\operatorname{chunk}(${x}, ${chunks}, ${axis})`,
  downstream: ({ upstream, attributes: { axis } }) =>
    String.raw`\operatorname{concat}(${upstream}, ${axis})`,
  // Expected values: torch 1.13, torch.chunk.
  samples: [
    {
      x: [1, 2, 3, 4, 5],
      with: [2],
      output: [
        [1, 2, 3],
        [4, 5],
      ],
    },
    { x: [1, 2, 3, 4, 5], with: [4], output: [[1, 2], [3, 4], [5]] },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      with: [2, -1],
      output: [
        [[1], [3]],
        [[2], [4]],
      ],
    },
  ],
})

function sizesOf(shape: Shape, { chunks, axis }: ChunkAttributes): number[] {
  const length = shape[axis] ?? 0
  // Of an axis without elements PyTorch makes as many parts as were asked for.
  if (length === 0) return new Array<number>(chunks).fill(0)
  const size = Math.ceil(length / chunks)
  return Array.from({ length: Math.ceil(length / size) }, (_, part) =>
    Math.min(size, length - part * size),
  )
}
