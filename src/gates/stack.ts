import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxis, type Shape, sameShape } from '../ir/shape.ts'
import { formatType, type Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { AxisAttributes } from './gather.ts'

export interface Stack {
  <const V extends readonly Value[]>(
    values: V,
  ): Value<readonly [V['length'], ...V[number]['shape']], V[number]['dtype']>
  <D extends DType>(values: readonly Value<Shape, D>[], axis: number): Value<Shape, D>
}

/**
 * The values, all of one type, one after the other along a new axis, by default a first one.
 *
 * Shapes: k times [...] → [k, ...], or with k at `axis` of the result.
 * Throws: SHAPE for no value at all or for shapes that differ, DTYPE for dtypes that differ,
 * ATTRIBUTE for an axis that the result does not have.
 * Source: NumPy `stack`.
 *
 * @example
 * stack([a, b]) // [4, 3] and [4, 3] → [2, 4, 3]
 */
export const stack: Gate<Stack> = defineGate<Stack, ['...values'], AxisAttributes>({
  name: 'stack',
  operands: ['...values'],
  role: 'mover',
  takes: 'stored',
  call: (values: readonly Value[], axis = 0) => ({
    inputs: values,
    attributes: { axis: normalizeAxis(axis, (values[0]?.shape.length ?? 0) + 1, 'stack') },
  }),
  constraints: {
    C1: {
      rule: 'one value or more',
      holds: ({ values }) => values.length > 0 || 'there is no value',
      fix: 'give a list of values: stack([a, b])',
      broken: { values: [] },
    },
    C2: {
      rule: 'all values have the same shape',
      holds: ({ values }) => {
        const [first, ...rest] = values.map(({ shape }) => shape)
        const other = rest.find((shape) => first && !sameShape(first, shape))
        return !first || !other || `${formatShape(first)} and ${formatShape(other)} differ`
      },
      fix: 'reshape them, or join them along an axis that they have with concat',
      broken: { values: ['f32[2, 3]', 'f32[2, 4]'] },
    },
    C3: {
      code: 'DTYPE',
      rule: 'all values have the same dtype',
      holds: ({ values }) => {
        const [first, ...rest] = values
        const other = rest.find(({ dtype }) => dtype !== first?.dtype)
        return !first || !other || `${formatType(first)} and ${formatType(other)} do not mix`
      },
      fix: 'cast them to one dtype',
      broken: { values: ['f32[2]', 'i32[2]'] },
    },
  },
  shape: ({ values, attributes: { axis } }) => (values[0] ?? []).toSpliced(axis, 0, values.length),
  expand: ({ gates, values, attributes: { axis } }) =>
    gates.concat(
      values.map((value) => gates.reshape(value, value.shape.toSpliced(axis, 0, 1))),
      axis,
    ),
  backward: ({ gates, values, attributes: { axis }, upstream }) => ({
    values: values.map((value, place) => {
      const ranges = upstream.shape.map((_, at): [number?, number?] =>
        at === axis ? [place, place + 1] : [],
      )
      return gates.reshape(gates.slice(upstream, ranges), value.shape)
    }),
  }),
  equation: ({ values, attributes: { axis } }) =>
    String.raw`\operatorname{stack}(${values.join(', ')}, ${axis})`,
  downstream: ({ values, upstream }) => ({
    values: values.map((_, place) => `${upstream}[${place}]`),
  }),
  // Expected values: NumPy 1.24, np.stack.
  samples: [
    { values: [1, 2, 3], output: [1, 2, 3] },
    {
      values: [
        [1, 2],
        [3, 4],
      ],
      with: [0],
      output: [
        [1, 2],
        [3, 4],
      ],
    },
    {
      values: [
        [1, 2],
        [3, 4],
      ],
      with: [-1],
      output: [
        [1, 3],
        [2, 4],
      ],
    },
    {
      values: [[[1, 2]], [[3, 4]]],
      with: [1],
      output: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    },
  ],
})
