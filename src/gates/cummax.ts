import type { Gate } from '../ir/gate.ts'
import { type AlongAxis, alongAxis, toRunningWinner } from './along-axis.ts'
import { defineGate } from './define.ts'
import type { AxisAttributes } from './gather.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    cummax(axis: number): Value<S, D>
  }
}

/**
 * At each place along an axis the largest element up to there, it included; a NaN stays. The gradient
 * goes to the last of equals.
 *
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: the values of PyTorch's `cummax`.
 */
export const cummax: Gate<AlongAxis> = defineGate<AlongAxis, ['x'], AxisAttributes>({
  name: 'cummax',
  operands: ['x'],
  role: 'router',
  takes: 'numeric',
  call: alongAxis('cummax'),
  running: 'max',
  backward: toRunningWinner,
  equation: ({ x, attributes: { axis } }) => String.raw`\operatorname{cummax}(${x}, ${axis})`,
  downstream: ({ x, output, upstream }) =>
    String.raw`\sum_{j : ${output}_j = ${x}_i} ${upstream}_j`,
  // Expected values: torch 1.13, torch.cummax.
  samples: [
    {
      x: [
        [1, 5, 2],
        [7, 0, 8],
      ],
      with: [1],
      output: [
        [1, 5, 5],
        [7, 7, 8],
      ],
    },
    { x: [3, -1, 3], with: [-1], output: [3, 3, 3] },
    { x: [1, Number.NaN, 9], with: [0], output: [1, Number.NaN, Number.NaN] },
    { x: [], with: [0], output: [] },
  ],
})
