import type { Gate } from '../ir/gate.ts'
import { defineGate } from './define.ts'
import {
  type Reduce,
  type ReduceAttributes,
  type ReduceMethod,
  reduceCall,
  reducedShape,
  somethingToReduce,
} from './reduce.ts'
import { shareAmongTies } from './ties.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    max: ReduceMethod
  }
}

/**
 * Largest element over some axes, or over all of them; NaN where there is one. Elements that tie
 * share the gradient evenly.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there; SHAPE where there is nothing to choose from.
 * Source: PyTorch `amax`.
 */
export const max: Gate<Reduce> = defineGate<Reduce, ['x'], ReduceAttributes>({
  name: 'max',
  operands: ['x'],
  role: 'router',
  takes: 'numeric',
  call: reduceCall('max'),
  constraints: { C1: somethingToReduce },
  shape: reducedShape,
  reduce: 'max',
  backward: shareAmongTies,
  equation: ({ x }) => String.raw`\max(${x})`,
  local: ({ x, output }) => String.raw`\frac{[${x} = ${output}]}{\sum [${x} = ${output}]}`,
  // Expected values: torch 1.13, torch.amax.
  samples: [
    {
      x: [
        [1, 5, 2],
        [7, 0, 7],
      ],
      output: 7,
    },
    {
      x: [
        [1, 5, 2],
        [7, 0, 7],
      ],
      with: [0],
      output: [7, 5, 7],
    },
    {
      x: [
        [1, 5, 2],
        [7, 0, 7],
      ],
      with: [-1, { keepDims: true }],
      output: [[5], [7]],
    },
    {
      x: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 0],
          [-1, 9],
        ],
      ],
      with: [[0, 2]],
      output: [5, 9],
    },
    {
      x: [
        [1, Number.NaN],
        [Number.NEGATIVE_INFINITY, -3],
        [Number.POSITIVE_INFINITY, 2],
      ],
      with: [1],
      output: [Number.NaN, -3, Number.POSITIVE_INFINITY],
    },
    { x: [-0, -0], with: [0], output: -0 },
    { x: 3, output: 3 },
  ],
})
