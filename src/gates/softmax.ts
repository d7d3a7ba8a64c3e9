import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { type RowAttributes, rowCall, withoutMaximum } from './row.ts'

export interface Softmax {
  <S extends Shape, D extends DType>(x: Value<S, D>, axis?: number): Value<S, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    softmax(axis?: number): Value<S, D>
  }
}

/**
 * exp(x) / sum(exp(x)) of each row along `axis`, the last one by default: numbers from 0 to 1 that
 * sum to 1. NaN for a row that holds +∞, or nothing but −∞.
 *
 * Shapes: x [...] → x.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `softmax`.
 */
export const softmax: Gate<Softmax> = defineGate<Softmax, ['x'], RowAttributes>({
  name: 'softmax',
  operands: ['x'],
  role: 'mixer',
  call: rowCall('softmax'),
  expand: ({ gates, x, attributes: { axis } }) => {
    const powers = gates.exp(withoutMaximum(gates, x, axis))
    return gates.divide(powers, gates.sum(powers, axis, { keepDims: true }))
  },
  backward: ({ gates, attributes: { axis }, output, upstream }) => {
    const weighted = gates.multiply(upstream, output)
    const total = gates.sum(weighted, axis, { keepDims: true })
    return { x: gates.subtract(weighted, gates.multiply(output, total)) }
  },
  equation: ({ x }) => String.raw`\operatorname{softmax}(${x})`,
  downstream: ({ output, upstream }) =>
    String.raw`${output} \odot (${upstream} - \sum (${upstream} \odot ${output}))`,
  // Expected values: torch 1.13, torch.softmax.
  samples: [
    {
      x: [
        [0.5, -1, 2],
        [3, 3, 3],
      ],
      output: [
        [0.1752903921400367, 0.039112573270687456, 0.7855970345892759],
        [0.3333333333333333, 0.3333333333333333, 0.3333333333333333],
      ],
    },
    {
      x: [
        [0.5, -1, 2],
        [3, 3, 3],
      ],
      with: [0],
      output: [
        [0.07585818002124356, 0.017986209962091555, 0.2689414213699951],
        [0.9241418199787566, 0.9820137900379085, 0.7310585786300049],
      ],
    },
    {
      x: [
        [1000, 1001],
        [-1000, -1002],
      ],
      output: [
        [0.26894142136999516, 0.7310585786300049],
        [0.8807970779778823, 0.11920292202211755],
      ],
    },
    {
      x: [
        [0, Number.NEGATIVE_INFINITY],
        [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
        [Number.POSITIVE_INFINITY, 1],
        [Number.NaN, 1],
      ],
      output: [
        [1, 0],
        [Number.NaN, Number.NaN],
        [Number.NaN, Number.NaN],
        [Number.NaN, Number.NaN],
      ],
    },
  ],
})
