import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { checkShape, formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

export interface Tile {
  <D extends DType>(x: Value<Shape, D>, repeats: readonly number[]): Value<Shape, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    tile(repeats: readonly number[]): Value<Shape, D>
  }
}

interface TileAttributes {
  readonly [name: string]: readonly number[]
  /** One for each axis of the result. */
  readonly repeats: readonly number[]
}

/**
 * Copies of `x` side by side, so many along each axis. Where `repeats` is shorter than x's shape it
 * counts from the last axis; where it is longer, x gets axes in front.
 *
 * Shapes: x [..., n] → [..., n · repeats].
 * Throws: SHAPE for a count that is no whole number.
 * Source: PyTorch `tile`.
 *
 * @example
 * tile(x, [2, 3]) // [4, 5] → [8, 15]
 */
export const tile: Gate<Tile> = defineGate<Tile, ['x'], TileAttributes>({
  name: 'tile',
  operands: ['x'],
  role: 'adder',
  takes: 'any',
  call: (x: Value, repeats: readonly number[]) => {
    checkShape(repeats, 'tile')
    const missing = new Array<number>(Math.max(0, x.shape.length - repeats.length)).fill(1)
    return { inputs: [x], attributes: { repeats: Object.freeze([...missing, ...repeats]) } }
  },
  shape: ({ x, attributes: { repeats } }) =>
    sizesUnder(x, repeats).map((size, axis) => size * (repeats[axis] ?? 1)),
  expand: ({ gates, x, attributes: { repeats } }) => {
    const sizes = sizesUnder(x.shape, repeats)
    const apart = gates.reshape(
      x,
      sizes.flatMap((size) => [1, size]),
    )
    const copies = sizes.flatMap((size, axis) => [repeats[axis] ?? 1, size])
    return gates.reshape(
      gates.broadcastTo(apart, copies),
      sizes.map((size, axis) => size * (repeats[axis] ?? 1)),
    )
  },
  backward: ({ gates, x, attributes: { repeats }, upstream }) => {
    const sizes = sizesUnder(x.shape, repeats)
    const copies = gates.reshape(
      upstream,
      sizes.flatMap((size, axis) => [repeats[axis] ?? 1, size]),
    )
    const axes = sizes.map((_, axis) => 2 * axis)
    return { x: gates.reshape(gates.sum(copies, axes), x.shape) }
  },
  equation: ({ x, attributes: { repeats } }) =>
    String.raw`\operatorname{tile}(${x}, ${formatShape(repeats)})`,
  downstream: ({ upstream }) => String.raw`\operatorname{sum}(${upstream})`,
  // Expected values: torch 1.13, torch.tile.
  samples: [
    { x: [1, 2], with: [[2]], output: [1, 2, 1, 2] },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      with: [[2]],
      output: [
        [1, 2, 1, 2],
        [3, 4, 3, 4],
      ],
    },
    {
      x: [1, 2],
      with: [[2, 1]],
      output: [
        [1, 2],
        [1, 2],
      ],
    },
    { x: 3, with: [[2]], output: [3, 3] },
  ],
})

/** The sizes of x with 1 for the axes that it gets in front. */
function sizesUnder(shape: Shape, repeats: readonly number[]): readonly number[] {
  const missing = repeats.length - shape.length
  return repeats.map((_, axis) => (axis < missing ? 1 : (shape[axis - missing] ?? 1)))
}
