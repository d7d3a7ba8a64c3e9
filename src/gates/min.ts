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
    min: ReduceMethod
  }
}

/**
 * Smallest element over some axes, or over all of them; NaN where there is one. Elements that tie
 * share the gradient evenly.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there; SHAPE where there is nothing to choose from.
 * Source: PyTorch `amin`.
 */
export const min: Gate<Reduce> = defineGate<Reduce, ['x'], ReduceAttributes>({
  name: 'min',
  operands: ['x'],
  role: 'router',
  takes: 'numeric',
  call: reduceCall('min'),
  constraints: { C1: somethingToReduce },
  shape: reducedShape,
  reduce: 'min',
  backward: shareAmongTies,
  equation: ({ x }) => String.raw`\min(${x})`,
  local: ({ x, output }) => String.raw`\frac{[${x} = ${output}]}{\sum [${x} = ${output}]}`,
  // Expected values: torch 1.13, torch.amin.
  samples: [
    {
      x: [
        [1, 5, 2],
        [7, 0, 7],
      ],
      output: 0,
    },
    {
      x: [
        [1, 5, 2],
        [7, 0, 7],
      ],
      with: [0],
      output: [1, 0, 2],
    },
    {
      x: [
        [1, 5, 2],
        [7, 0, 7],
      ],
      with: [-1, { keepDims: true }],
      output: [[1], [0]],
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
      output: [0, -1],
    },
    {
      x: [
        [1, Number.NaN],
        [Number.NEGATIVE_INFINITY, -3],
        [Number.POSITIVE_INFINITY, 2],
      ],
      with: [1],
      output: [Number.NaN, Number.NEGATIVE_INFINITY, 2],
    },
    { x: [-0, -0], with: [0], output: -0 },
    { x: 3, output: 3 },
  ],
})
