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
    std<V extends Value, const A extends ReduceAxis = undefined, K extends boolean = false>(
      this: V,
      axis?: A,
      options?: SpreadOptions<K>,
    ): Value<ReduceShape<V['shape'], A, K>, V['dtype']>
  }
}

/**
 * Standard deviation over some axes, or over all of them: the root of `var`, with its `correction`.
 * Where it is 0 no gradient passes.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch 2 `std`.
 */
export const std: Gate<Spread> = defineGate<Spread, ['x'], SpreadAttributes>({
  name: 'std',
  operands: ['x'],
  role: 'mixer',
  call: spreadCall('std'),
  shape: reducedShape,
  expand: ({ gates, x, attributes: { axes, keepDims, correction } }) =>
    gates.sqrt(gates.var(x, axes, { keepDims, correction })),
  backward: ({ gates, x, attributes, output, upstream }) => {
    const isFlat = gates.equal(output, 0)
    const slope = gates.divide(upstream, gates.where(isFlat, 1, output))
    const share = gates.divide(gates.where(isFlat, 0, slope), spreadCount(x.shape, attributes))
    const distance = gates.subtract(x, gates.mean(x, attributes.axes, { keepDims: true }))
    return { x: gates.multiply(distance, gates.reshape(share, keptShape(x.shape, attributes))) }
  },
  equation: ({ x }) => String.raw`\operatorname{std}(${x})`,
  local: ({ x, output, attributes: { correction } }) =>
    String.raw`\frac{${x} - \operatorname{mean}(${x})}{(n - ${correction}) ${output}}`,
  // Expected values: torch 1.13, torch.std.
  samples: [
    {
      x: [
        [1, 2, 6],
        [4, 4, 7],
      ],
      output: 2.280350850198276,
    },
    {
      x: [
        [1, 5, 9],
        [4, 4, 4],
      ],
      with: [1],
      output: [4, 0],
    },
    {
      x: [
        [1, 2, 6],
        [4, 4, 7],
      ],
      with: [-1, { correction: 0, keepDims: true }],
      output: [[2.160246899469287], [1.4142135623730951]],
    },
  ],
})
