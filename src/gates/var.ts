import type { Gate } from '../ir/gate.ts'
import type { ReduceShape } from '../ir/shape-type.ts'
import { defineGate } from './define.ts'
import { keptShape, type ReduceAxis, reducedShape } from './reduce.ts'
import {
  type Spread,
  type SpreadAttributes,
  type SpreadOptions,
  spreadCall,
  spreadCount,
} from './spread.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    var<V extends Value, const A extends ReduceAxis = undefined, K extends boolean = false>(
      this: V,
      axis?: A,
      options?: SpreadOptions<K>,
    ): Value<ReduceShape<V['shape'], A, K>, V['dtype']>
  }
}

/**
 * Variance over some axes, or over all of them: the mean square distance from the mean, with the
 * sum divided by n − `correction`, by default n − 1. The mean is taken off first, so that no digits
 * are lost where it is large.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`.
 * NaN where one element is left to divide by n − 1 = 0.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch 2 `var`.
 */
const variance: Gate<Spread> = defineGate<Spread, ['x'], SpreadAttributes>({
  name: 'var',
  operands: ['x'],
  role: 'mixer',
  call: spreadCall('var'),
  shape: reducedShape,
  expand: ({ gates, x, attributes }) => {
    const { axes, keepDims } = attributes
    const distance = gates.subtract(x, gates.mean(x, axes, { keepDims: true }))
    const total = gates.sum(gates.multiply(distance, distance), axes, { keepDims })
    return gates.divide(total, spreadCount(x.shape, attributes))
  },
  backward: ({ gates, x, attributes, upstream }) => {
    const distance = gates.subtract(x, gates.mean(x, attributes.axes, { keepDims: true }))
    const share = gates.divide(gates.multiply(upstream, 2), spreadCount(x.shape, attributes))
    return { x: gates.multiply(distance, gates.reshape(share, keptShape(x.shape, attributes))) }
  },
  equation: ({ x }) => String.raw`\operatorname{var}(${x})`,
  local: ({ x, attributes: { correction } }) =>
    String.raw`\frac{2}{n - ${correction}}(${x} - \operatorname{mean}(${x}))`,
  // Expected values: torch 1.13, torch.var.
  samples: [
    {
      x: [
        [1, 2, 6],
        [4, 4, 7],
      ],
      output: 5.2,
    },
    {
      x: [
        [1, 2, 6],
        [4, 4, 7],
      ],
      with: [1],
      output: [7, 3],
    },
    {
      x: [
        [1, 2, 6],
        [4, 4, 7],
      ],
      with: [-1, { correction: 0, keepDims: true }],
      output: [[14 / 3], [2]],
    },
    { x: [1e6, 1e6 + 1, 1e6 + 2], with: [0], output: 1 },
  ],
})

// `var` is a word of the language, so it is called so only from outside.
export { variance as var }
