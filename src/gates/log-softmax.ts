import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { type RowAttributes, rowCall, withoutMaximum } from './row.ts'

export interface LogSoftmax {
  <S extends Shape, D extends DType>(x: Value<S, D>, axis?: number): Value<S, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    logSoftmax(axis?: number): Value<S, D>
  }
}

/**
 * log(softmax(x)) of each row along `axis`, the last one by default, without the logarithm of a
 * number that was rounded to 0. NaN for a row that holds +∞, or nothing but −∞.
 *
 * Shapes: x [...] → x.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `log_softmax`.
 */
export const logSoftmax: Gate<LogSoftmax> = defineGate<LogSoftmax, ['x'], RowAttributes>({
  name: 'logSoftmax',
  operands: ['x'],
  role: 'mixer',
  call: rowCall('logSoftmax'),
  expand: ({ gates, x, attributes: { axis } }) => {
    const shifted = withoutMaximum(gates, x, axis)
    const total = gates.sum(gates.exp(shifted), axis, { keepDims: true })
    return gates.subtract(shifted, gates.log(total))
  },
  backward: ({ gates, attributes: { axis }, output, upstream }) => {
    const total = gates.sum(upstream, axis, { keepDims: true })
    return { x: gates.subtract(upstream, gates.multiply(gates.exp(output), total)) }
  },
  equation: ({ x }) => String.raw`\log(\operatorname{softmax}(${x}))`,
  downstream: ({ output, upstream }) =>
    String.raw`${upstream} - \exp(${output}) \odot \sum ${upstream}`,
  // Expected values: torch 1.13, torch.log_softmax.
  samples: [
    {
      x: [
        [0.5, -1, 2],
        [3, 3, 3],
      ],
      output: [
        [-1.7413112966571571, -3.241311296657157, -0.24131129665715703],
        [-1.0986122886681098, -1.0986122886681098, -1.0986122886681098],
      ],
    },
    {
      x: [
        [0.5, -1, 2],
        [3, 3, 3],
      ],
      with: [0],
      output: [
        [-2.5788897342925496, -4.0181499279178094, -1.3132616875182228],
        [-0.07888973429254957, -0.01814992791780978, -0.31326168751822286],
      ],
    },
    {
      x: [
        [1000, 1001],
        [-1000, -1002],
      ],
      output: [
        [-1.3132616875182228, -0.31326168751822286],
        [-0.1269280110429726, -2.1269280110429727],
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
        [0, Number.NEGATIVE_INFINITY],
        [Number.NaN, Number.NaN],
        [Number.NaN, Number.NaN],
        [Number.NaN, Number.NaN],
      ],
    },
  ],
})
