import type { Gate } from '../ir/gate.ts'
import type { ReduceShape } from '../ir/shape-type.ts'
import { defineGate } from './define.ts'
import {
  type ReduceAttributes,
  type ReduceAxis,
  type ReduceTruth,
  reduceCall,
  reducedShape,
} from './reduce.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    any<V extends Value, const A extends ReduceAxis = undefined, K extends boolean = false>(
      this: V,
      axis?: A,
      options?: { readonly keepDims?: K },
    ): Value<ReduceShape<V['shape'], A, K>, 'bool'>
  }
}

/**
 * Whether any element is true, or not 0, over some axes or over all of them; false where there are
 * none. A NaN is not 0. No gradient passes.
 *
 * Shapes: x [...] → bool, x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `any`.
 */
export const any: Gate<ReduceTruth> = defineGate<ReduceTruth, ['x'], ReduceAttributes>({
  name: 'any',
  operands: ['x'],
  role: 'stop',
  takes: 'any',
  call: reduceCall('any'),
  shape: reducedShape,
  dtype: () => 'bool',
  expand: ({ gates, x, attributes: { axes, keepDims } }) => {
    const isTrue = x.dtype === 'bool' ? x : gates.notEqual(x, 0)
    const count = gates.sum(gates.cast(isTrue, 'i32'), axes, { keepDims })
    return gates.notEqual(count, 0)
  },
  equation: ({ x }) => String.raw`\operatorname{any}(${x})`,
  // Expected values: torch 1.13, torch.any.
  samples: [
    {
      x: [
        [true, true],
        [false, false],
      ],
      output: true,
    },
    {
      x: [
        [true, true],
        [false, false],
      ],
      with: [1],
      output: [true, false],
    },
    {
      x: [
        [1, Number.NaN],
        [0, -2],
      ],
      with: [-1, { keepDims: true }],
      output: [[true], [true]],
    },
    { x: [], output: false },
  ],
})
