import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { AxisAttributes } from './gather.ts'

export interface Concat {
  <D extends DType>(values: readonly Value<Shape, D>[], axis?: number): Value<Shape, D>
}

/**
 * The values one after the other along an axis, by default the first.
 *
 * Shapes: equal off `axis`, where the sizes add up.
 * Throws: SHAPE for no value at all or for shapes that differ off `axis`, DTYPE for dtypes that
 * differ, ATTRIBUTE for an axis that is not there.
 * Source: NumPy `concatenate`.
 *
 * @example
 * concat([a, b], 1) // [4, 2] and [4, 3] → [4, 5]
 */
export const concat: Gate<Concat> = defineGate<Concat, ['...values'], AxisAttributes>({
  name: 'concat',
  operands: ['...values'],
  role: 'mover',
  takes: 'stored',
  call: (values: readonly Value[], axis = 0) => ({
    inputs: values,
    // Without values there is no axis to count from: the constraint says what is wrong.
    attributes: { axis: normalizeAxis(axis, values[0]?.shape.length ?? 1, 'concat') },
  }),
  constraints: {
    C1: {
      rule: 'one value or more',
      holds: ({ values }) => values.length > 0 || 'there is no value',
      fix: 'give a list of values: concat([a, b])',
      broken: { values: [] },
    },
    C2: {
      rule: 'all values have the same shape off the axis',
      holds: ({ values, attributes: { axis } }) => {
        const [first, ...rest] = values.map(({ shape }) => shape)
        const other = rest.find((shape) => first && !sameOffAxis(first, shape, axis))
        if (!first || !other) return true
        return `${formatShape(first)} and ${formatShape(other)} do not fit along axis ${axis}`
      },
      fix: 'make them equally long on all other axes',
      broken: { values: ['f32[2, 3]', 'f32[2, 4]'], with: [0] },
    },
    C3: {
      code: 'DTYPE',
      rule: 'all values have the same dtype',
      holds: ({ values }) => {
        const [first, ...rest] = values.map(({ dtype }) => dtype)
        const other = rest.find((dtype) => dtype !== first)
        return other === undefined || `dtypes ${first} and ${other} do not mix`
      },
      fix: 'cast them to one dtype',
      broken: { values: ['f32[2]', 'i32[2]'] },
    },
  },
  shape: ({ values, attributes: { axis } }) =>
    (values[0] ?? []).map((size, at) =>
      at === axis ? values.reduce((total, shape) => total + (shape[axis] ?? 0), 0) : size,
    ),
  move: ({ attributes: { axis } }) => ({ kind: 'concat', axis }),
  backward: ({ gates, values, attributes: { axis }, upstream }) => {
    let start = 0
    return {
      values: values.map((value) => {
        const ranges = upstream.shape.map((_, at): [number?, number?] =>
          at === axis ? [start, start + (value.shape[axis] ?? 0)] : [],
        )
        start += value.shape[axis] ?? 0
        return gates.slice(upstream, ranges)
      }),
    }
  },
  equation: ({ values, attributes: { axis } }) =>
    String.raw`\operatorname{concat}(${values.join(', ')}, ${axis})`,
  downstream: ({ values, upstream }) => ({
    values: values.map(() => String.raw`\operatorname{slice}(${upstream})`),
  }),
  // Expected values: NumPy 1.24, np.concatenate.
  samples: [
    { values: [[1, 2], [3], [4, 5]], output: [1, 2, 3, 4, 5] },
    {
      values: [
        [[1, 2]],
        [
          [3, 4],
          [5, 6],
        ],
      ],
      with: [0],
      output: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    },
    {
      values: [
        [
          [1, 2],
          [3, 4],
        ],
        [[5], [6]],
      ],
      with: [-1],
      output: [
        [1, 2, 5],
        [3, 4, 6],
      ],
    },
  ],
})

function sameOffAxis(a: Shape, b: Shape, axis: number): boolean {
  return a.length === b.length && a.every((size, at) => at === axis || size === b[at])
}
