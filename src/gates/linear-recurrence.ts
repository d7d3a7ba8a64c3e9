import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxis, type Shape, sameShape } from '../ir/shape.ts'
import { formatType, type Value } from '../ir/value.ts'
import { shifted } from './along-axis.ts'
import { broadcastTo } from './broadcast-to.ts'
import { constant } from './constant.ts'
import { defineGate } from './define.ts'
import type { AxisAttributes } from './gather.ts'

export interface LinearRecurrence {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    factor: number | Value<Shape, D>,
    axis: number,
  ): Value<S, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    linearRecurrence(factor: number | Value<Shape, D>, axis: number): Value<S, D>
  }
}

/**
 * y[0] = x[0], y[i] = factor[i] · y[i − 1] + x[i] along an axis, in one pass: a running average, a
 * discounted return, the state of a linear network. The first factor is not read.
 *
 * Shapes: x [...], factor of x's shape, or a number for all elements → x's shape.
 * Throws: SHAPE where factor is of another shape, DTYPE of another dtype; ATTRIBUTE for an axis that
 * is not there.
 * Source: Martin and Cundy 2018, "Parallelizing linear recurrent neural nets", equation 4.
 *
 * @example
 * linearRecurrence(rewards.flip(0), 0.99, 0).flip(0) // what each step has still to come
 */
export const linearRecurrence: Gate<LinearRecurrence> = defineGate<
  LinearRecurrence,
  ['x', 'factor'],
  AxisAttributes
>({
  name: 'linearRecurrence',
  operands: ['x', 'factor'],
  role: 'mixer',
  takes: 'numeric',
  call: (x: Value, factor: Value | number, axis: number) => ({
    inputs: [x, typeof factor === 'number' ? everywhere(x, factor) : factor],
    attributes: { axis: normalizeAxis(axis, x.shape.length, 'linearRecurrence') },
  }),
  constraints: {
    C1: {
      rule: 'factor has the shape of x',
      holds: ({ x, factor }) =>
        sameShape(x.shape, factor.shape) ||
        `x ${formatShape(x.shape)} and factor ${formatShape(factor.shape)} differ`,
      fix: 'broadcast factor to the shape of x',
      broken: { x: 'f32[3]', factor: 'f32[2]', with: [0] },
    },
    C2: {
      code: 'DTYPE',
      rule: 'x and factor have the same dtype',
      holds: ({ x, factor }) =>
        x.dtype === factor.dtype || `${formatType(x)} and ${formatType(factor)} do not mix`,
      fix: 'cast factor to the dtype of x',
      broken: { x: 'f32[3]', factor: 'f64[3]', with: [0] },
    },
  },
  running: 'linear',
  // Read from the end, it is the same recurrence, each step with the factor of the step after it.
  backward: ({ gates, factor, attributes: { axis }, output, upstream }) => {
    const next = gates.flip(shifted(gates, factor, { axis, by: -1 }), axis)
    const reached = gates.flip(gates.linearRecurrence(gates.flip(upstream, axis), next, axis), axis)
    return {
      x: reached,
      factor: gates.multiply(reached, shifted(gates, output, { axis, by: 1 })),
    }
  },
  equation: ({ x, factor, output }) => `${factor}_i ${output}_{i-1} + ${x}_i`,
  downstream: ({ factor, output, upstream }) => ({
    x: String.raw`\sum_{j \ge i} ${upstream}_j \prod_{i < k \le j} ${factor}_k`,
    factor: String.raw`${output}_{i-1} \sum_{j \ge i} ${upstream}_j \prod_{i < k \le j} ${factor}_k`,
  }),
  // Expected values: by hand from the definition.
  samples: [
    { x: [1, 2, 3], factor: [9, 2, -1], with: [0], output: [1, 4, -1] },
    {
      x: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      factor: [
        [0, 0],
        [2, 0],
        [1, 3],
      ],
      with: [-2],
      output: [
        [1, 2],
        [5, 4],
        [10, 18],
      ],
    },
    { x: [[4, 2, 1]], factor: [[Infinity, 0.5, 0]], with: [1], output: [[4, 4, 1]] },
  ],
})

/** A number for every element of x. */
function everywhere(x: Value, number: number): Value {
  const dtype = x.dtype === 'f64' || x.dtype === 'i32' || x.dtype === 'u32' ? x.dtype : 'f32'
  return broadcastTo(constant(number, { dtype }), x.shape)
}
