import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { ReduceShape } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import {
  keptShape,
  type ReduceAttributes,
  type ReduceAxis,
  reduceCall,
  reducedShape,
} from './reduce.ts'

export interface Sum {
  <
    S extends Shape,
    D extends DType,
    const A extends ReduceAxis = undefined,
    K extends boolean = false,
  >(
    x: Value<S, D>,
    axis?: A,
    options?: { readonly keepDims?: K },
  ): Value<ReduceShape<S, A, K>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    sum<V extends Value, const A extends ReduceAxis = undefined, K extends boolean = false>(
      this: V,
      axis?: A,
      options?: { readonly keepDims?: K },
    ): Value<ReduceShape<V['shape'], A, K>, V['dtype']>
  }
}

/**
 * Sum over some axes, or over all of them.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: NumPy `sum`.
 */
export const sum: Gate<Sum> = defineGate<Sum, ['x'], ReduceAttributes>({
  name: 'sum',
  operands: ['x'],
  role: 'distributor',
  takes: 'numeric',
  call: reduceCall('sum'),
  shape: reducedShape,
  reduce: 'sum',
  backward: ({ gates, x, attributes, upstream }) => ({
    x: gates.broadcastTo(gates.reshape(upstream, keptShape(x.shape, attributes)), x.shape),
  }),
  equation: ({ x }) => String.raw`\operatorname{sum}(${x})`,
  local: () => '1',
  samples: [
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      output: 10,
    },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      with: [0],
      output: [4, 6],
    },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      with: [-1, { keepDims: true }],
      output: [[3], [7]],
    },
  ],
})
