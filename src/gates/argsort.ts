import type { Gate } from '../ir/gate.ts'
import { normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { OrderAttributes, OrderOptions } from './ordering.ts'

export interface Argsort {
  <S extends Shape>(x: Value<S>, axis?: number, options?: OrderOptions): Value<S, 'i32'>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    argsort(axis?: number, options?: OrderOptions): Value<S, 'i32'>
  }
}

/**
 * Where the elements of `x` stand that come first, second … in ascending order along an axis, by
 * default the last: the second output of `sort`. No gradient passes.
 *
 * Shapes: x [...] → i32, x's shape.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `argsort` with `stable`.
 */
export const argsort: Gate<Argsort> = defineGate<Argsort, ['x'], OrderAttributes>({
  name: 'argsort',
  operands: ['x'],
  role: 'stop',
  takes: 'any',
  call: (x: Value, axis = -1, { descending = false }: OrderOptions = {}) => ({
    inputs: [x],
    attributes: { axis: normalizeAxis(axis, x.shape.length, 'argsort'), descending },
  }),
  dtype: () => 'i32',
  expand: ({ gates, x, attributes: { axis, descending } }) =>
    gates.sort(x, axis, { descending })[1],
  equation: ({ x, attributes }) =>
    String.raw`\operatorname{argsort}_{${attributes.descending ? '>' : '<'}}(${x}, ${attributes.axis})`,
  // Expected values: torch 1.13, torch.argsort with stable.
  samples: [
    { x: [3, 1, 2, 1], output: [1, 3, 2, 0] },
    { x: [3, 1, 2, 1], with: [-1, { descending: true }], output: [0, 2, 1, 3] },
    {
      x: [
        [1, 5, 2],
        [7, 0, 2],
      ],
      with: [0],
      output: [
        [0, 1, 0],
        [1, 0, 1],
      ],
    },
    { x: [Number.NaN, 1], output: [1, 0] },
  ],
})
