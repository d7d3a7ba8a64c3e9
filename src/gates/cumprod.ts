import type { Gate } from '../ir/gate.ts'
import { type AlongAxis, alongAxis, shifted } from './along-axis.ts'
import { defineGate } from './define.ts'
import type { AxisAttributes } from './gather.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    cumprod(axis: number): Value<S, D>
  }
}

/**
 * At each place along an axis the product of the elements up to there, it included.
 *
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `cumprod`.
 */
export const cumprod: Gate<AlongAxis> = defineGate<AlongAxis, ['x'], AxisAttributes>({
  name: 'cumprod',
  operands: ['x'],
  role: 'mixer',
  takes: 'numeric',
  call: alongAxis('cumprod'),
  running: 'prod',
  // Nothing is divided by x, which may be 0: s[k] = u[k] + x[k + 1] s[k + 1] collects what comes
  // after x[k], and the product of what comes before it goes on top.
  backward: ({ gates, x, attributes: { axis }, output, upstream }) => {
    const next = gates.flip(shifted(gates, x, { axis, by: -1 }), axis)
    const after = gates.linearRecurrence(gates.flip(upstream, axis), next, axis)
    const before = shifted(gates, output, { axis, by: 1, fill: 1 })
    return { x: gates.multiply(before, gates.flip(after, axis)) }
  },
  equation: ({ x, attributes: { axis } }) => String.raw`\operatorname{cumprod}(${x}, ${axis})`,
  downstream: ({ x, upstream }) =>
    String.raw`\sum_{j \ge i} ${upstream}_j \prod_{k \le j, k \ne i} ${x}_k`,
  // Expected values: torch 1.13, torch.cumprod.
  samples: [
    {
      x: [
        [1, 2, -3],
        [4, 5, 6],
      ],
      with: [1],
      output: [
        [1, 2, -6],
        [4, 20, 120],
      ],
    },
    {
      x: [
        [1, 2, 3],
        [4, 0, 6],
        [2, 2, 2],
      ],
      with: [0],
      output: [
        [1, 2, 3],
        [4, 0, 18],
        [8, 0, 36],
      ],
    },
    { x: [2, Number.NaN, 1], with: [-1], output: [2, Number.NaN, Number.NaN] },
    { x: [], with: [0], output: [] },
  ],
})
