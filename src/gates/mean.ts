import type { Gate } from '../ir/gate.ts'
import { defineGate } from './define.ts'
import {
  keptShape,
  type Reduce,
  type ReduceAttributes,
  type ReduceMethod,
  reduceCall,
  reducedCount,
  reducedShape,
} from './reduce.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    mean: ReduceMethod
  }
}

/**
 * Mean over some axes, or over all of them; NaN where there is nothing to average.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `mean`.
 */
export const mean: Gate<Reduce> = defineGate<Reduce, ['x'], ReduceAttributes>({
  name: 'mean',
  operands: ['x'],
  role: 'distributor',
  call: reduceCall('mean'),
  shape: reducedShape,
  // Divided, not multiplied by 1 / n: the mean of equal numbers is then that number, to the bit.
  expand: ({ gates, x, attributes }) => {
    const { axes, keepDims } = attributes
    return gates.divide(gates.sum(x, axes, { keepDims }), reducedCount(x.shape, attributes))
  },
  backward: ({ gates, x, attributes, upstream }) => {
    const share = gates.divide(upstream, reducedCount(x.shape, attributes))
    return { x: gates.broadcastTo(gates.reshape(share, keptShape(x.shape, attributes)), x.shape) }
  },
  equation: ({ x }) => String.raw`\operatorname{mean}(${x})`,
  local: () => String.raw`\frac{1}{n}`,
  // Expected values: torch 1.13, torch.mean.
  samples: [
    {
      x: [
        [1, 2],
        [3, 6],
      ],
      output: 3,
    },
    {
      x: [
        [1, 2],
        [3, 6],
      ],
      with: [0],
      output: [2, 4],
    },
    {
      x: [
        [1, 2],
        [3, 6],
      ],
      with: [-1, { keepDims: true }],
      output: [[1.5], [4.5]],
    },
    {
      x: [
        [[1], [2]],
        [[3], [5]],
      ],
      with: [[0, 2]],
      output: [2, 3.5],
    },
    {
      x: [
        [1, Number.NaN],
        [Number.POSITIVE_INFINITY, 2],
      ],
      with: [1],
      output: [Number.NaN, Number.POSITIVE_INFINITY],
    },
    { x: [], output: Number.NaN },
    { x: -2, output: -2 },
  ],
})
