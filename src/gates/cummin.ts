import type { Gate } from '../ir/gate.ts'
import { type AlongAxis, alongAxis, toRunningWinner } from './along-axis.ts'
import { defineGate } from './define.ts'
import type { AxisAttributes } from './gather.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    cummin(axis: number): Value<S, D>
  }
}

/**
 * At each place along an axis the smallest element up to there, it included; a NaN stays. The gradient
 * goes to the last of equals.
 *
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: the values of PyTorch's `cummin`.
 */
export const cummin: Gate<AlongAxis> = defineGate<AlongAxis, ['x'], AxisAttributes>({
  name: 'cummin',
  operands: ['x'],
  role: 'router',
  takes: 'numeric',
  call: alongAxis('cummin'),
  running: 'min',
  backward: toRunningWinner,
  equation: ({ x, attributes: { axis } }) => String.raw`\operatorname{cummin}(${x}, ${axis})`,
  downstream: ({ x, output, upstream }) =>
    String.raw`\sum_{j : ${output}_j = ${x}_i} ${upstream}_j`,
  // Expected values: torch 1.13, torch.cummin.
  samples: [
    {
      x: [
        [1, 5, 2],
        [7, 0, 8],
      ],
      with: [1],
      output: [
        [1, 1, 1],
        [7, 0, 0],
      ],
    },
    { x: [3, -1, 3], with: [-1], output: [3, -1, -1] },
    { x: [1, Number.NaN, 9], with: [0], output: [1, Number.NaN, Number.NaN] },
    { x: [], with: [0], output: [] },
  ],
})
