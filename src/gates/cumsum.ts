import type { Gate } from '../ir/gate.ts'
import { type AlongAxis, alongAxis } from './along-axis.ts'
import { defineGate } from './define.ts'
import type { AxisAttributes } from './gather.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    cumsum(axis: number): Value<S, D>
  }
}

/**
 * At each place along an axis the sum of the elements up to there, it included.
 *
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `cumsum`.
 */
export const cumsum: Gate<AlongAxis> = defineGate<AlongAxis, ['x'], AxisAttributes>({
  name: 'cumsum',
  operands: ['x'],
  role: 'mover',
  takes: 'numeric',
  call: alongAxis('cumsum'),
  running: 'sum',
  backward: ({ gates, attributes: { axis }, upstream }) => ({
    x: gates.flip(gates.cumsum(gates.flip(upstream, axis), axis), axis),
  }),
  equation: ({ x, attributes: { axis } }) => String.raw`\operatorname{cumsum}(${x}, ${axis})`,
  downstream: ({ upstream }) => String.raw`\sum_{j \ge i} ${upstream}_j`,
  // Expected values: torch 1.13, torch.cumsum.
  samples: [
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [1],
      output: [
        [1, 3, 6],
        [4, 9, 15],
      ],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [-2],
      output: [
        [1, 2, 3],
        [5, 7, 9],
      ],
    },
    { x: [-0, 1, Infinity, -Infinity], with: [0], output: [-0, 1, Infinity, Number.NaN] },
    { x: [], with: [0], output: [] },
  ],
})
