import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { ReduceShape } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import {
  oneAxisOrAll,
  type ReduceAttributes,
  reduceCall,
  reducedShape,
  somethingToReduce,
} from './reduce.ts'

export interface Argmax {
  <S extends Shape, const A extends number | undefined = undefined, K extends boolean = false>(
    x: Value<S>,
    axis?: A,
    options?: { readonly keepDims?: K },
  ): Value<ReduceShape<S, A, K>, 'i32'>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    argmax<
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
 * The place of the largest element along one axis, or in row-major order where no axis is given:
 * the first of several, a NaN before any number. No gradient passes.
 *
 * Shapes: x [...] → i32, x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there; SHAPE where there is nothing to choose from.
 * Source: NumPy `argmax`.
 */
export const argmax: Gate<Argmax> = defineGate<Argmax, ['x'], ReduceAttributes>({
  name: 'argmax',
  operands: ['x'],
  role: 'stop',
  takes: 'numeric',
  call: reduceCall('argmax'),
  constraints: {
    C1: somethingToReduce,
    C2: oneAxisOrAll,
  },
  shape: reducedShape,
  dtype: () => 'i32',
  reduce: 'argmax',
  equation: ({ x }) => String.raw`\operatorname{argmax}(${x})`,
  // Expected values: NumPy 1.24 argmax.
  samples: [
    {
      x: [
        [1, 5, 2],
        [7, 0, 7],
      ],
      with: [1],
      output: [1, 0],
    },
    {
      x: [
        [1, 5, 2],
        [7, 0, 7],
      ],
      with: [0],
      output: [1, 0, 1],
    },
    {
      x: [
        [1, 5, 2],
        [7, 0, 7],
      ],
      output: 3,
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
        [1, 5, 2],
        [7, 0, 7],
      ],
      with: [undefined, { keepDims: true }],
      output: [[3]],
    },
    { x: [1, Number.NaN, 3, Number.NaN], output: 1 },
    { x: [Number.NEGATIVE_INFINITY, -3, Number.NEGATIVE_INFINITY], output: 1 },
    { x: -2, output: 0 },
  ],
})
