import '../methods.ts'
import { expect, test } from 'vitest'
import { gradcheck } from '../autodiff/gradcheck.ts'
import { gradients } from '../autodiff/gradients.ts'
import { graph } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { add, constant, input, matmul, multiply, parameter, scan, sum, tanh } from './index.ts'

const f64 = { dtype: 'f64' } as const

test('a weight that steps multiply by gets its gradient from one product over all steps', () => {
  const W = parameter('W', [4, 5], f64)
  const J = sum(rowsThrough(W, input('x', [7, 3, 4], f64)))
  const [dW] = gradients(J, [W])
  const products = matmulsOf(dW)
  // [4, 7 · 3] · [7 · 3, 5]
  expect(products.map(({ inputs }) => inputs.map(({ shape }) => shape))).toEqual([
    [
      [4, 21],
      [21, 5],
    ],
  ])
})

test('where factors are much larger than their product, each step adds its own', () => {
  const W = parameter('W', [1, 1], f64)
  const [dW] = gradients(sum(rowsThrough(W, input('x', [7, 30, 1], f64))), [W])
  expect(matmulsOf(dW)).toEqual([])
})

test('what a loop carries back holds no sum that nothing is added to', () => {
  const W = parameter('W', [4, 5], f64)
  const [dW] = gradients(sum(rowsThrough(W, input('x', [7, 3, 4], f64))), [W])
  const [, back] = graph({ dW }).applications.filter(({ gate }) => gate.name === 'scan')
  expect(back?.attributes.carryCount ?? 0).toBe(0)
})

test.each([false, true])('gradients by difference agree, reverse %s', (reverse) => {
  // Both operands of a product, a product twice, one that is scaled first, and a plain sum.
  const W = parameter('W', [2, 2], {
    init: [
      [0.3, -0.2],
      [0.5, 0.1],
    ],
    dtype: 'f64',
  })
  const b = parameter('b', [2], { init: [0.1, -0.3], dtype: 'f64' })
  const xs = parameter('xs', [3, 2, 2], { init: (_, shape) => ramp(shape), dtype: 'f64' })
  const h0 = parameter('h0', [2, 2], {
    init: [
      [0.2, 0.4],
      [-0.1, 0.3],
    ],
    dtype: 'f64',
  })
  const { carry, outputs } = scan(
    ([h], [x]) => {
      const left = matmul(W, x)
      const both = add(matmul(h, W), multiply(matmul(left, W), b))
      const next = tanh(add(both, b))
      return { carry: [next], outputs: [multiply(next, left)] }
    },
    { carry: [h0], sequences: [xs], reverse },
  )
  const J = add(sum(carry[0]), sum(outputs[0]))
  expect(gradcheck(J).passed).toBe(true)
  const [dW] = gradients(J, [W])
  expect(gradcheck(sum(multiply(dW, dW))).passed).toBe(true)
})

test('products with batch axes keep them', () => {
  const W = parameter('W', [2, 2, 2], { init: (_, shape) => ramp(shape), dtype: 'f64' })
  const h0 = parameter('h0', [2, 1, 2], { init: [[[0.2, 0.4]], [[-0.1, 0.3]]], dtype: 'f64' })
  const { carry } = scan(([h]) => ({ carry: [tanh(matmul(h, W))] }), { carry: [h0], length: 3 })
  const J = sum(carry[0])
  expect(gradcheck(J).passed).toBe(true)
  const [dW] = gradients(J, [W])
  const shapes = matmulsOf(dW).map(({ inputs }) => inputs.map(({ shape }) => shape))
  expect(shapes).toEqual([
    [
      [2, 2, 3],
      [2, 3, 2],
    ],
  ])
})

test('a loop of no steps gives its weight a gradient of zeros', () => {
  const W = parameter('W', [2, 2], { init: 1, dtype: 'f64' })
  const h0 = parameter('h0', [1, 2], { init: 1, dtype: 'f64' })
  const { carry } = scan(([h]) => ({ carry: [matmul(h, W)] }), { carry: [h0], length: 0 })
  expect(gradcheck(sum(carry[0])).passed).toBe(true)
})

function rowsThrough(W: Value, x: Value): Value {
  const { outputs } = scan((_, [row]) => ({ carry: [], outputs: [tanh(matmul(row, W))] }), {
    carry: [],
    sequences: [x],
  })
  return outputs[0]
}

function matmulsOf(value: Value): readonly Value[] {
  return graph({ value }).applications.filter(({ gate }) => gate.name === 'matmul')
}

function ramp(shape: readonly number[]): Value {
  const size = shape.reduce((a, b) => a * b, 1)
  const numbers = Array.from({ length: size }, (_, k) => Math.sin(3 * k + 1) / 2)
  return constant(numbers, f64).reshape([...shape])
}
