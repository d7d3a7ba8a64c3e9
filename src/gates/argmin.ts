import type { Gate } from '../ir/gate.ts'
import type { ReduceShape } from '../ir/shape-type.ts'
import type { Argmax } from './argmax.ts'
import { defineGate } from './define.ts'
import {
  oneAxisOrAll,
  type ReduceAttributes,
  reduceCall,
  reducedShape,
  somethingToReduce,
} from './reduce.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    argmin<
      V extends Value,
      const A extends number | undefined = undefined,
      K extends boolean = false,
    >(
      this: V,
      axis?: A,
      options?: { readonly keepDims?: K },
    ): Value<ReduceShape<V['shape'], A, K>, 'i32'>
  }
}

/**
 * The place of the smallest element along one axis, or in row-major order where no axis is given:
 * the first of several, a NaN before any number. No gradient passes.
 *
 * Shapes: x [...] → i32, x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there; SHAPE where there is nothing to choose from.
 * Source: NumPy `argmin`.
 */
export const argmin: Gate<Argmax> = defineGate<Argmax, ['x'], ReduceAttributes>({
  name: 'argmin',
  operands: ['x'],
  role: 'stop',
  takes: 'numeric',
  call: reduceCall('argmin'),
  constraints: { C1: somethingToReduce, C2: oneAxisOrAll },
  shape: reducedShape,
  dtype: () => 'i32',
  expand: ({ gates, x, attributes: { axes, keepDims } }) => {
    const axis = axes.length === x.shape.length && axes.length !== 1 ? undefined : axes[0]
    // The least integer has no opposite: −1 − x, or 2³² − 1 − x, turns the order round for all.
    const last = x.dtype === 'i32' ? -1 : 2 ** 32 - 1
    const isWhole = x.dtype === 'i32' || x.dtype === 'u32'
    return gates.argmax(isWhole ? gates.subtract(last, x) : gates.negate(x), axis, { keepDims })
  },
  equation: ({ x }) => String.raw`\operatorname{argmin}(${x})`,
  // Expected values: NumPy 1.24 argmin.
  samples: [
    {
      x: [
        [1, 5, 0],
        [7, 0, 0],
      ],
      with: [1],
      output: [2, 1],
    },
    {
      x: [
        [1, 5, 2],
        [7, 0, 7],
      ],
      output: 4,
    },
    {
      x: [
        [1, 5, 2],
        [7, 0, 7],
      ],
      with: [0, { keepDims: true }],
      output: [[0, 1, 0]],
    },
    { x: [1, Number.NaN, -3, Number.NaN], output: 1 },
    { x: -2, output: 0 },
  ],
})
