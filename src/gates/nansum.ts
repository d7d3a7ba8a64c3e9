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
    nansum: ReduceMethod
  }
}

/**
 * Sum over some axes, or over all of them, in which a NaN counts as 0 and gets no gradient.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `nansum`.
 */
export const nansum: Gate<Reduce> = defineGate<Reduce, ['x'], ReduceAttributes>({
  name: 'nansum',
  operands: ['x'],
  role: 'distributor',
  call: reduceCall('nansum'),
  shape: reducedShape,
  expand: ({ gates, x, attributes: { axes, keepDims } }) =>
    gates.sum(gates.where(gates.equal(x, x), x, 0), axes, { keepDims }),
  backward: ({ gates, x, attributes, upstream }) => {
    const reached = gates.reshape(upstream, keptShape(x.shape, attributes))
    return { x: gates.where(gates.equal(x, x), reached, 0) }
  },
  equation: ({ x }) => String.raw`\operatorname{nansum}(${x})`,
  local: ({ x }) => `[${x} = ${x}]`,
  // Expected values: torch 1.13, torch.nansum.
  samples: [
    {
      x: [
        [1, Number.NaN],
        [3, 4],
      ],
      with: [1],
      output: [1, 7],
    },
    { x: [1, 2, 4], output: 7 },
    { x: [Number.NaN, Number.NaN], with: [0, { keepDims: true }], output: [0] },
  ],
})
