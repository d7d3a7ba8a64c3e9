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
    logSumExp: ReduceMethod
  }
}

/**
 * log(sum(exp(x))) over some axes, or over all of them, where no exponential overflows; −∞ where
 * there is nothing to sum.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `logsumexp`.
 */
export const logSumExp: Gate<Reduce> = defineGate<Reduce, ['x'], ReduceAttributes>({
  name: 'logSumExp',
  operands: ['x'],
  role: 'mixer',
  call: reduceCall('logSumExp'),
  shape: reducedShape,
  expand: ({ gates, x, attributes }) => {
    const { axes, keepDims } = attributes
    if (reducedCount(x.shape, attributes) === 0) return gates.log(gates.sum(x, axes, { keepDims }))
    const largest = gates.stopGradient(gates.max(x, axes, { keepDims: true }))
    // An infinite maximum is not taken off: ∞ − ∞ would make the answer, ∞ itself, a NaN.
    const isBounded = gates.less(gates.abs(largest), Number.POSITIVE_INFINITY)
    const shift = gates.where(isBounded, largest, 0)
    const total = gates.sum(gates.exp(gates.subtract(x, shift)), axes, { keepDims })
    return gates.add(gates.log(total), gates.reshape(shift, total.shape))
  },
  backward: ({ gates, x, attributes, output, upstream }) => {
    const kept = keptShape(x.shape, attributes)
    const weights = gates.exp(gates.subtract(x, gates.reshape(output, kept)))
    return { x: gates.multiply(weights, gates.reshape(upstream, kept)) }
  },
  equation: ({ x }) => String.raw`\log(\sum \exp(${x}))`,
  local: ({ x, output }) => String.raw`\exp(${x} - ${output})`,
  // Expected values: torch 1.13, torch.logsumexp.
  samples: [
    {
      x: [
        [0.5, -1, 2],
        [3, 3, 3],
      ],
      output: 4.243658816523539,
    },
    {
      x: [
        [0.5, -1, 2],
        [3, 3, 3],
      ],
      with: [0],
      output: [3.0788897342925496, 3.01814992791781, 3.313261687518223],
    },
    {
      x: [
        [0.5, -1, 2],
        [3, 3, 3],
      ],
      with: [-1, { keepDims: true }],
      output: [[2.241311296657157], [4.09861228866811]],
    },
    {
      x: [
        [
          [1, 2],
          [0, -1],
        ],
        [
          [3, 0.5],
          [2, 2],
        ],
      ],
      with: [[0, 2]],
      output: [3.460773489156851, 2.7816718231374824],
    },
    {
      x: [
        [1000, 1001],
        [-1000, -1002],
      ],
      with: [-1],
      output: [1001.3132616875182, -999.873071988957],
    },
    {
      x: [
        [0, Number.NEGATIVE_INFINITY],
        [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
        [Number.POSITIVE_INFINITY, 1],
        [Number.NaN, 1],
      ],
      with: [-1],
      output: [0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN],
    },
    { x: [], output: Number.NEGATIVE_INFINITY },
    { x: 2.5, output: 2.5 },
  ],
})
