import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { isMatrix, sizesOf } from './matrices.ts'
import { svd } from './svd.ts'

/** `fro` and `nuc` as NumPy calls them; 1 and Infinity sum by column and row, 2 is a singular value. */
export type MatrixOrder = 'fro' | 'nuc' | 1 | -1 | 2 | -2 | typeof Infinity

const orders: readonly unknown[] = ['fro', 'nuc', 1, -1, 2, -2, Infinity, -Infinity]

export interface MatrixNormOptions {
  /** Keep the last two axes, with size 1. Default false. */
  readonly keepDims?: boolean
}

export interface MatrixNorm {
  <D extends DType>(
    a: Value<Shape, D>,
    order?: MatrixOrder,
    options?: MatrixNormOptions,
  ): Value<Shape, D>
}

interface MatrixNormAttributes {
  readonly [name: string]: string | number | boolean
  readonly order: string | number
  readonly keepDims: boolean
}

/**
 * A norm of each matrix: `fro`, the root of the sum of squares (default); `nuc`, the sum of the
 * singular values; 2 and −2, the largest and smallest of them; 1 and −1, the largest and smallest
 * sum of a column's sizes; Infinity and −Infinity, of a row's. The gradient of `fro` at 0 is 0.
 *
 * Shapes: a [..., m, n] → [...], or [..., 1, 1] with keepDims.
 * Throws: SHAPE where a is no matrix or has no elements; ATTRIBUTE for another order.
 * Source: PyTorch `linalg.matrix_norm`.
 */
export const matrixNorm: Gate<MatrixNorm> = defineGate<MatrixNorm, ['a'], MatrixNormAttributes>({
  name: 'matrixNorm',
  operands: ['a'],
  role: 'mixer',
  call: (a: Value, order: MatrixOrder = 'fro', { keepDims = false }: MatrixNormOptions = {}) => ({
    inputs: [a],
    attributes: { order, keepDims },
  }),
  constraints: {
    C1: isMatrix({ a: 'f32[3]' }),
    C2: {
      code: 'ATTRIBUTE',
      rule: "order is 'fro', 'nuc', 1, -1, 2, -2, Infinity or -Infinity",
      holds: ({ attributes: { order } }) => orders.includes(order) || `order cannot be ${order}`,
      fix: 'take one of these; the norm of all elements as one vector is vectorNorm',
      broken: { a: 'f32[2, 2]', with: [3] },
    },
    C3: {
      rule: 'a has elements',
      holds: ({ a }) => Math.min(...sizesOf(a)) > 0 || 'it has a matrix without elements',
      fix: 'leave matrices without rows or columns out',
      broken: { a: 'f32[0, 2]' },
    },
  },
  shape: ({ a, attributes: { keepDims } }) => [...a.slice(0, -2), ...(keepDims ? [1, 1] : [])],
  expand: ({ gates, a, attributes: { order, keepDims } }) => {
    const shaped = (norm: Value) =>
      gates.reshape(norm, [...a.shape.slice(0, -2), ...(keepDims ? [1, 1] : [])])
    if (order === 'fro') {
      const square = gates.sum(gates.multiply(a, a), [-2, -1])
      const isZero = gates.equal(square, 0)
      return shaped(gates.where(isZero, 0, gates.sqrt(gates.where(isZero, 1, square))))
    }
    const size = Math.abs(Number(order))
    const isOfValues = order === 'nuc' || size === 2
    const sizes = isOfValues ? svd(a)[1] : gates.sum(gates.abs(a), size === 1 ? -2 : -1)
    if (order === 'nuc') return shaped(gates.sum(sizes, -1))
    return shaped(Number(order) > 0 ? gates.max(sizes, -1) : gates.min(sizes, -1))
  },
  equation: ({ a, attributes: { order } }) => {
    const names = {
      fro: 'F',
      nuc: '*',
      Infinity: String.raw`\infty`,
      '-Infinity': String.raw`-\infty`,
    }
    const name = Object.entries(names).find(([key]) => key === String(order))?.[1] ?? order
    return String.raw`\lVert ${a} \rVert_{${name}}`
  },
  // Expected values: torch 1.13, torch.linalg.matrix_norm.
  samples: [
    {
      a: [
        [3, 0],
        [4, 5],
      ],
      output: 7.0710678118654755,
    },
    {
      a: [
        [3, 0],
        [4, 5],
      ],
      with: ['nuc', { keepDims: true }],
      output: [[8.94427190999916]],
    },
    { a: [[[3, -7]], [[4, 5]]], with: [1], output: [7, 5] },
    {
      a: [
        [
          [3, -7],
          [1, 1],
        ],
      ],
      with: [Number.NEGATIVE_INFINITY],
      output: [2],
    },
  ],
})
