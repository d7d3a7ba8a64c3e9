import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { normalizeAxis, type Shape } from '../ir/shape.ts'
import type { ReplaceAxis } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import {
  backToPlaces,
  backToPlacesText,
  type OrderAttributes,
  type Ordered,
  orderedTypes,
} from './ordering.ts'

interface TopkOptions {
  /** Whether the largest are wanted, else the smallest. Default true. */
  readonly largest?: boolean
}

export interface Topk {
  <S extends Shape, D extends DType, const K extends number, const A extends number = -1>(
    x: Value<S, D>,
    k: K,
    axis?: A,
    options?: TopkOptions,
  ): Ordered<ReplaceAxis<S, A, K>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    topk<V extends Value, const K extends number, const A extends number = -1>(
      this: V,
      k: K,
      axis?: A,
      options?: TopkOptions,
    ): Ordered<ReplaceAxis<V['shape'], A, K>, V['dtype']>
  }
}

interface TopkAttributes extends OrderAttributes {
  readonly k: number
}

/**
 * The `k` largest elements of `x` along an axis, by default the last, the largest first, and where
 * they stood: a gate with two outputs. It is the beginning of `sort`, and needs not sort the rest.
 *
 * Shapes: x [..., n, ...] → [..., k, ...], of x's dtype and as i32.
 * Throws: ATTRIBUTE for an axis that is not there, and for a k that is no whole number up to n.
 * Source: PyTorch `topk`.
 *
 * @example
 * const [best, classes] = topk(logits, 5)
 */
export const topk: Gate<Topk> = defineGate<Topk, ['x'], TopkAttributes>({
  name: 'topk',
  operands: ['x'],
  role: 'router',
  takes: 'any',
  call: (x: Value, k: number, axis = -1, { largest = true }: TopkOptions = {}) => ({
    inputs: [x],
    attributes: { axis: normalizeAxis(axis, x.shape.length, 'topk'), k, descending: largest },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'k is a whole number from 0 to the size of the axis',
      holds: ({ x, attributes: { axis, k } }) =>
        (Number.isInteger(k) && k >= 0 && k <= (x.shape[axis] ?? 0)) ||
        `k ${k}, axis ${axis} has size ${x.shape[axis]}`,
      fix: 'ask for no more elements than there are',
      broken: { x: 'f32[2, 3]', with: [4] },
    },
  },
  outputTypes: ({ x, attributes: { axis, k } }) => orderedTypes(x, x.shape.with(axis, k)),
  sort: true,
  backward: backToPlaces,
  equation: ({ x, attributes: { k, axis, descending } }) =>
    String.raw`\operatorname{topk}_{${descending ? '>' : '<'}}(${x}, ${k}, ${axis})`,
  downstream: backToPlacesText,
  // Expected values: torch 1.13, torch.topk; of equals the first comes first, as here.
  samples: [
    {
      x: [3, 1, 4, 1, 5],
      with: [2],
      output: [
        [5, 4],
        [4, 2],
      ],
    },
    {
      x: [
        [1, 5],
        [7, 0],
        [3, 2],
      ],
      with: [2, 0, { largest: false }],
      output: [
        [
          [1, 0],
          [3, 2],
        ],
        [
          [0, 1],
          [2, 2],
        ],
      ],
    },
    {
      x: [1, Number.NaN, Number.POSITIVE_INFINITY],
      with: [2],
      output: [
        [Number.NaN, Number.POSITIVE_INFINITY],
        [1, 2],
      ],
    },
    { x: [2, 1], with: [0], output: [[], []] },
  ],
})
