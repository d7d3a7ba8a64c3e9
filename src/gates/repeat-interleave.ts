import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { checkShape, formatShape, normalizeAxis, type Shape, sizeOf } from '../ir/shape.ts'
import { tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

export interface RepeatInterleave {
  <D extends DType>(
    x: Value<Shape, D>,
    repeats: number | readonly number[],
    axis?: number,
  ): Value<Shape, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    repeatInterleave(repeats: number | readonly number[], axis?: number): Value<Shape, D>
  }
}

interface RepeatAttributes {
  readonly [name: string]: readonly number[] | number | null
  /** One number for all places, or one for each. */
  readonly repeats: number | readonly number[]
  /** Counted from the front; null: x is one row. */
  readonly axis: number | null
}

/**
 * Every element along an axis so many times in a row; `repeats` is one number, or one for each
 * place of the axis. Without an axis x is taken as one row.
 *
 * Shapes: x [..., n, ...] → [..., n · repeats, ...], or the sum of repeats there.
 * Throws: SHAPE where there is not one number for each place, or one is no whole number; ATTRIBUTE
 * for an axis that is not there.
 * Source: PyTorch `repeat_interleave`.
 *
 * @example
 * repeatInterleave(x, 2, 0) // rows 0, 0, 1, 1 …
 */
export const repeatInterleave: Gate<RepeatInterleave> = defineGate<
  RepeatInterleave,
  ['x'],
  RepeatAttributes
>({
  name: 'repeatInterleave',
  operands: ['x'],
  role: 'adder',
  takes: 'any',
  call: (x: Value, repeats: number | readonly number[], axis?: number) => {
    checkShape([repeats].flat(), 'repeatInterleave')
    const along =
      axis === undefined ? null : normalizeAxis(axis, x.shape.length, 'repeatInterleave')
    const frozen = typeof repeats === 'number' ? repeats : Object.freeze([...repeats])
    return { inputs: [x], attributes: { repeats: frozen, axis: along } }
  },
  constraints: {
    C1: {
      rule: 'there is one number, or one for each place along the axis',
      holds: ({ x, attributes: { repeats, axis } }) => {
        if (typeof repeats === 'number') return true
        const length = axis === null ? sizeOf(x.shape) : x.shape[axis]
        return repeats.length === length || `${repeats.length} numbers for ${length} places`
      },
      fix: 'give one number for all, or one for each place',
      broken: { x: 'f32[3]', with: [[1, 2], 0] },
    },
  },
  shape: ({ x, attributes: { repeats, axis } }) => {
    const count = (length: number) =>
      typeof repeats === 'number' ? length * repeats : repeats.reduce((sum, n) => sum + n, 0)
    return axis === null ? [count(sizeOf(x))] : x.with(axis, count(x[axis] ?? 0))
  },
  expand: ({ gates, x, attributes: { repeats, axis } }) => {
    const rows = axis === null ? gates.reshape(x, [sizeOf(x.shape)]) : x
    const at = axis ?? 0
    const length = rows.shape[at] ?? 0
    if (typeof repeats !== 'number') {
      const places = repeats.flatMap((count, place) => new Array<number>(count).fill(place))
      const index = tensor(Int32Array.from(places), { dtype: 'i32' })
      return gates.take(rows, gates.constant(index), at)
    }
    const apart = gates.reshape(rows, rows.shape.toSpliced(at + 1, 0, 1))
    const copies = gates.broadcastTo(apart, rows.shape.toSpliced(at + 1, 0, repeats))
    return gates.reshape(copies, rows.shape.with(at, length * repeats))
  },
  equation: ({ x, attributes: { repeats, axis } }) => {
    const counts = typeof repeats === 'number' ? repeats : formatShape(repeats)
    const along = axis === null ? '' : `, ${axis}`
    return String.raw`\operatorname{repeatInterleave}(${x}, ${counts}${along})`
  },
  downstream: ({ upstream }) => String.raw`\operatorname{sum}(${upstream})`,
  // Expected values: torch 1.13, torch.repeat_interleave.
  samples: [
    { x: [1, 2], with: [2], output: [1, 1, 2, 2] },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      with: [2, 1],
      output: [
        [1, 1, 2, 2],
        [3, 3, 4, 4],
      ],
    },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      with: [[1, 3], 0],
      output: [
        [1, 2],
        [3, 4],
        [3, 4],
        [3, 4],
      ],
    },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      with: [2],
      output: [1, 1, 2, 2, 3, 3, 4, 4],
    },
  ],
})
