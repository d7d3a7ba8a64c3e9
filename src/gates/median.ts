import type { Gate } from '../ir/gate.ts'
import { defineGate } from './define.ts'
import { asRows, unlessNaN } from './ordering.ts'
import {
  type Reduce,
  type ReduceAttributes,
  type ReduceMethod,
  reduceCall,
  reducedCount,
  reducedShape,
  somethingToReduce,
} from './reduce.ts'
import { shareAmongTies } from './ties.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    median: ReduceMethod
  }
}

/**
 * The median over some axes, or over all of them: of an even number of elements the lower of the two
 * in the middle, and NaN where there is one. Elements that tie share the gradient evenly. For the
 * place of a median along one axis see `kthvalue`, for the mean of the two in the middle `quantile`.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there; SHAPE where there is nothing to choose from.
 * Source: PyTorch `median`.
 */
export const median: Gate<Reduce> = defineGate<Reduce, ['x'], ReduceAttributes>({
  name: 'median',
  operands: ['x'],
  role: 'router',
  takes: 'numeric',
  call: reduceCall('median'),
  constraints: { C1: somethingToReduce },
  shape: reducedShape,
  expand: ({ gates, x, attributes }) => {
    const rows = asRows(gates, x, attributes)
    const middle = Math.ceil(reducedCount(x.shape, attributes) / 2)
    const [value] = gates.kthvalue(rows, middle)
    const shape = reducedShape({ x: x.shape, attributes })
    return gates.reshape(unlessNaN(gates, gates.max(rows, -1), value), shape)
  },
  backward: shareAmongTies,
  equation: ({ x }) => String.raw`\operatorname{median}(${x})`,
  local: ({ x, output }) => String.raw`\frac{[${x} = ${output}]}{\sum [${x} = ${output}]}`,
  // Expected values: torch 1.13, torch.median.
  samples: [
    { x: [3, 1, 2, 5], output: 2 },
    {
      x: [
        [1, 5, 2],
        [7, 0, 3],
      ],
      with: [1],
      output: [2, 3],
    },
    {
      x: [
        [1, 5, 2],
        [7, 0, 3],
        [4, 6, 9],
      ],
      with: [0, { keepDims: true }],
      output: [[4, 5, 3]],
    },
    { x: [1, Number.NaN, 2], output: Number.NaN },
    {
      x: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      output: Number.NEGATIVE_INFINITY,
    },
  ],
})
