import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { SameRank } from './pad.ts'

type Axes = number | readonly number[]

export interface MoveAxis {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    source: number | readonly number[],
    destination: number | readonly number[],
  ): Value<SameRank<S>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    moveAxis<V extends Value>(
      this: V,
      source: number | readonly number[],
      destination: number | readonly number[],
    ): Value<SameRank<V['shape']>, V['dtype']>
  }
}

interface MoveAttributes {
  readonly [name: string]: readonly number[]
  /** Counted from the front. */
  readonly source: readonly number[]
  readonly destination: readonly number[]
}

/**
 * x with some axes moved to other places; the other axes keep their order.
 *
 * Throws: ATTRIBUTE for an axis that is not there or that is named twice, or lists that are not
 * equally long.
 * Source: NumPy `moveaxis`; PyTorch `movedim`.
 *
 * @example
 * moveAxis(images, 1, -1) // [n, c, h, w] → [n, h, w, c]
 */
export const moveAxis: Gate<MoveAxis> = defineGate<MoveAxis, ['x'], MoveAttributes>({
  name: 'moveAxis',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, source: Axes, destination: Axes) => {
    const normal = (axes: Axes) =>
      Object.freeze([axes].flat().map((one) => normalizeAxis(one, x.shape.length, 'moveAxis')))
    return {
      inputs: [x],
      attributes: { source: normal(source), destination: normal(destination) },
    }
  },
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'source and destination name as many axes, each once',
      holds: ({ attributes: { source, destination } }) =>
        (source.length === destination.length &&
          new Set(source).size === source.length &&
          new Set(destination).size === source.length) ||
        `source ${formatShape(source)} and destination ${formatShape(destination)}`,
      fix: 'list for each axis the place that it goes to',
      broken: { x: 'f32[2, 3]', with: [[0, 1], [0]] },
    },
  },
  shape: ({ x, attributes }) => orderOf(x.length, attributes).map((axis) => x[axis] ?? 0),
  expand: ({ gates, x, attributes }) => gates.transpose(x, orderOf(x.shape.length, attributes)),
  backward: ({ gates, attributes: { source, destination }, upstream }) => ({
    x: gates.moveAxis(upstream, destination, source),
  }),
  equation: ({ x, attributes: { source, destination } }) =>
    String.raw`\operatorname{moveAxis}(${x}, ${formatShape(source)}, ${formatShape(destination)})`,
  downstream: ({ upstream, attributes: { source, destination } }) =>
    String.raw`\operatorname{moveAxis}(${upstream}, ${formatShape(destination)}, ${formatShape(source)})`,
  // Expected values: NumPy 1.24, np.moveaxis.
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
        [[1], [2]],
        [[3], [4]],
      ],
    },
    {
      x: [[[1, 2, 3]], [[4, 5, 6]]],
      with: [
        [2, 0],
        [0, 1],
      ],
      output: [
        [[1], [4]],
        [[2], [5]],
        [[3], [6]],
      ],
    },
  ],
})

/** Which axis of x each axis of the result is. */
function orderOf(rank: number, { source, destination }: MoveAttributes): readonly number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis)
  const rest = axes.filter((axis) => !source.includes(axis))
  return axes.map((axis) => {
    const moved = destination.indexOf(axis)
    return (moved < 0 ? rest.shift() : source[moved]) ?? 0
  })
}
