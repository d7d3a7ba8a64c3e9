import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import {
  backToPlaces,
  backToPlacesText,
  type OrderAttributes,
  type Ordered,
  type OrderOptions,
  orderedTypes,
} from './ordering.ts'

export interface Sort {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    axis?: number,
    options?: OrderOptions,
  ): Ordered<S, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    sort(axis?: number, options?: OrderOptions): Ordered<S, D>
  }
}

/**
 * The elements of `x` in ascending order along an axis, by default the last, and where each of them
 * stood: a gate with two outputs. Equal elements keep their order; NaN is larger than any number.
 *
 * Shapes: x [...] → x's shape, of x's dtype, and x's shape as i32.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `sort` with `stable`.
 *
 * @example
 * const [values, indices] = sort(scores, -1, { descending: true })
 */
export const sort: Gate<Sort> = defineGate<Sort, ['x'], OrderAttributes>({
  name: 'sort',
  operands: ['x'],
  role: 'router',
  takes: 'any',
  call: (x: Value, axis = -1, { descending = false }: OrderOptions = {}) => ({
    inputs: [x],
    attributes: { axis: normalizeAxis(axis, x.shape.length, 'sort'), descending },
  }),
  outputTypes: ({ x }) => orderedTypes(x, x.shape),
  sort: true,
  backward: backToPlaces,
  equation: ({ x, attributes }) =>
    String.raw`\operatorname{sort}_{${attributes.descending ? '>' : '<'}}(${x}, ${attributes.axis})`,
  downstream: backToPlacesText,
  // Expected values: torch 1.13, torch.sort with stable.
  samples: [
    {
      x: [3, 1, 2, 1],
      output: [
        [1, 1, 2, 3],
        [1, 3, 2, 0],
      ],
    },
    {
      x: [3, 1, 2, 1],
      with: [0, { descending: true }],
      output: [
        [3, 2, 1, 1],
        [0, 2, 1, 3],
      ],
    },
    {
      x: [
        [1, 5, 2],
        [7, 0, 2],
      ],
      with: [0],
      output: [
        [
          [1, 0, 2],
          [7, 5, 2],
        ],
        [
          [0, 1, 0],
          [1, 0, 1],
        ],
      ],
    },
    {
      x: [Number.NaN, 0, Number.POSITIVE_INFINITY, -0, Number.NaN, Number.NEGATIVE_INFINITY],
      output: [
        [Number.NEGATIVE_INFINITY, 0, -0, Number.POSITIVE_INFINITY, Number.NaN, Number.NaN],
        [5, 1, 3, 2, 0, 4],
      ],
    },
    {
      x: [1, Number.NaN, Number.POSITIVE_INFINITY],
      with: [-1, { descending: true }],
      output: [
        [Number.NaN, Number.POSITIVE_INFINITY, 1],
        [1, 2, 0],
      ],
    },
  ],
})
