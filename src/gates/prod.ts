import type { Gate } from '../ir/gate.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate, type Gates } from './define.ts'
import {
  keptShape,
  type Reduce,
  type ReduceAttributes,
  type ReduceMethod,
  reduceCall,
  reducedCount,
  reducedShape,
} from './reduce.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    prod: ReduceMethod
  }
}

/**
 * Product over some axes, or over all of them; 1 where there is nothing to multiply.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: NumPy `prod`.
 */
export const prod: Gate<Reduce> = defineGate<Reduce, ['x'], ReduceAttributes>({
  name: 'prod',
  operands: ['x'],
  role: 'mixer',
  takes: 'numeric',
  call: reduceCall('prod'),
  shape: reducedShape,
  reduce: 'prod',
  backward: ({ gates, x, attributes, upstream }) => {
    const reached = gates.reshape(upstream, keptShape(x.shape, attributes))
    return { x: gates.multiply(productOfOthers(gates, x, attributes), reached) }
  },
  equation: ({ x }) => String.raw`\operatorname{prod}(${x})`,
  local: ({ x }) => String.raw`\operatorname{prod}_{j \ne i}(${x})`,
  // Expected values: NumPy 1.24 prod.
  samples: [
    {
      x: [
        [1, -2, 3],
        [4, 5, 6],
      ],
      output: -720,
    },
    {
      x: [
        [1, -2, 3],
        [4, 5, 6],
      ],
      with: [0],
      output: [4, -10, 18],
    },
    {
      x: [
        [1, -2, 3],
        [4, 5, 6],
      ],
      with: [-1, { keepDims: true }],
      output: [[-6], [120]],
    },
    {
      x: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 0],
          [-1, 9],
        ],
      ],
      with: [[0, 2]],
      output: [0, -108],
    },
    {
      x: [
        [0, 7, 3, 2, 5],
        [0, 7, 3, 0, 5],
      ],
      with: [1],
      output: [0, 0],
    },
    {
      x: [
        [2, Number.NaN],
        [Number.POSITIVE_INFINITY, -1],
      ],
      with: [1],
      output: [Number.NaN, Number.NEGATIVE_INFINITY],
    },
    { x: [], output: 1 },
    { x: 3, output: 3 },
  ],
})

/**
 * For each element of x the product of the others that it is reduced with. The product divided by
 * the element would be NaN where that is 0, so nothing is divided: rows are multiplied by halves up
 * to the product of all, and on the way back each half takes along what stands outside it. These
 * are 3 n multiplications, and as they are gates like others, further derivatives are right too.
 */
function productOfOthers(gates: Gates, x: Value, attributes: ReduceAttributes): Value {
  const { axes } = attributes
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
  const order = [...kept, ...axes]
  const ordered = gates.transpose(x, order)
  const rowCount = sizeOf(kept.map((axis) => x.shape[axis] ?? 1))
  const count = reducedCount(x.shape, attributes)
  const width = 2 ** Math.ceil(Math.log2(Math.max(count, 1)))
  const rows = gates.reshape(ordered, [rowCount, count])

  let product: Value = gates.pad(rows, [0, 0], [0, width - count], { value: 1 })
  const halves: (readonly [Value, Value])[] = []
  for (let half = width / 2; half >= 1; half /= 2) {
    const left = gates.slice(product, [[], [0, half]])
    const right = gates.slice(product, [[], [half]])
    halves.push([left, right])
    product = gates.multiply(left, right)
  }
  let outside: Value = gates.ones(product.shape, { dtype: x.dtype === 'f64' ? 'f64' : 'f32' })
  for (const [left, right] of halves.reverse()) {
    outside = gates.concat([gates.multiply(outside, right), gates.multiply(outside, left)], 1)
  }

  const others = gates.reshape(gates.slice(outside, [[], [0, count]]), ordered.shape)
  return gates.transpose(others, inverse(order))
}

function inverse(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis))
}
