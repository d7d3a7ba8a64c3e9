import type { Gate } from '../ir/gate.ts'
import { defineGate } from './define.ts'
import {
  keptShape,
  type Reduce,
  type ReduceAttributes,
  type ReduceMethod,
  reduceCall,
  reducedShape,
} from './reduce.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    sum: ReduceMethod
  }
}

/**
 * Sum over some axes, or over all of them.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: NumPy `sum`.
 */
export const sum: Gate<Reduce> = defineGate<Reduce, ['x'], ReduceAttributes>({
  name: 'sum',
  operands: ['x'],
  role: 'distributor',
  takes: 'numeric',
  call: reduceCall('sum'),
  shape: reducedShape,
  reduce: 'sum',
  backward: ({ gates, x, attributes, upstream }) => ({
    x: gates.broadcastTo(gates.reshape(upstream, keptShape(x.shape, attributes)), x.shape),
  }),
  equation: ({ x }) => String.raw`\operatorname{sum}(${x})`,
  local: () => '1',
  samples: [
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      output: 10,
    },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      with: [0],
      output: [4, 6],
    },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      with: [-1, { keepDims: true }],
      output: [[3], [7]],
    },
  ],
})
