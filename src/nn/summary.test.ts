/** Summaries against numbers counted by hand. */
import { expect, test } from 'vitest'
import { relu as reluGate, scan, sigmoid, softmax, type Value } from '../index.ts'
import {
  buildNetwork,
  conv2d,
  embedding,
  flatten,
  linear,
  maxPool2d,
  relu,
  residual,
  type Stage,
  sequential,
  summary,
} from './index.ts'

const rowsOf = (model: Stage, shape: readonly number[]) =>
  summary(model, shape).rows.map((row) => Object.values(row))

test('the network of [2, 3, 1] has 13 parameters', () => {
  // 2 · 2 · 3 products and sums, 3 for the bias; a sigmoid is one operation.
  const model = buildNetwork({ layers: [2, 3, 1], activation: 'sigmoid' })
  expect(rowsOf(model, [2])).toEqual([
    ['linear(2 → 3)', [3], 9, 15],
    ['sigmoid', [3], 0, 3],
    ['linear(3 → 1)', [1], 4, 7],
  ])
  const { inputShape, parameters, flops } = summary(model, [2])
  expect([inputShape, parameters, flops]).toEqual([[2], 13, 25])
})

test('784-128-10 has 101,770 parameters', () => {
  const model = sequential(linear(784, 128), relu(), linear(128, 10))
  expect(rowsOf(model, [784])).toEqual([
    ['linear(784 → 128)', [128], 784 * 128 + 128, 2 * 784 * 128 + 128],
    ['relu', [128], 0, 128],
    ['linear(128 → 10)', [10], 128 * 10 + 10, 2 * 128 * 10 + 10],
  ])
  expect(summary(model, [784]).parameters).toBe(101_770)
  expect(summary(model, [784]).flops).toBe(203_530)
})

test('a small convolutional network', () => {
  const model = sequential(
    conv2d(1, 8, 3),
    reluGate,
    maxPool2d(2),
    conv2d(8, 4, 3, { padding: 'same', groups: 2, bias: false }),
    flatten(),
    linear(4 * 13 * 13, 10),
  )
  expect(rowsOf(model, [1, 28, 28])).toEqual([
    // 26 = 28 − 2 places a side; 9 products for each of 8 maps, and a bias.
    ['conv2d(1 → 8, [3, 3])', [8, 26, 26], 80, 8 * 26 * 26 * (2 * 9 + 1)],
    ['relu', [8, 26, 26], 0, 8 * 26 * 26],
    // The largest of four takes three comparisons that keep one.
    ['maxPool2d([2, 2])', [8, 13, 13], 0, 3 * 8 * 13 * 13],
    // Each output sees 4 of the 8 channels.
    ['conv2d(8 → 4, [3, 3])', [4, 13, 13], 4 * 4 * 9, 4 * 13 * 13 * 2 * 4 * 9],
    ['flatten', [676], 0, 0],
    ['linear(676 → 10)', [10], 6770, 2 * 676 * 10 + 10],
  ])
})

test('rows within rows are opened, a block that adds its input is one', () => {
  const block = residual(linear(4, 4), relu())
  const model = sequential(sequential(linear(2, 4), sigmoid), block)
  expect(rowsOf(model, [2])).toEqual([
    ['linear(2 → 4)', [4], 12, 20],
    ['sigmoid', [4], 0, 4],
    ['x + (linear(4 → 4), relu)', [4], 20, 36 + 4 + 4],
  ])
})

test('a parameter that is used twice is counted once', () => {
  const tied = linear(3, 3)
  const { rows, parameters } = summary(
    sequential(
      (x) => tied(x),
      (x) => tied(x),
    ),
    [3],
  )
  expect(rows.map((row) => row.parameters)).toEqual([12, 0])
  expect(rows.map((row) => row.description)).toEqual(['matmul, add', 'matmul, add'])
  expect(parameters).toBe(12)
})

test('look-ups are no arithmetic, and a softmax is what it expands to', () => {
  const { rows } = summary(sequential(embedding(65, 8)), [10], { dtype: 'i32' })
  expect(rows).toEqual([
    { description: 'embedding(65 × 8)', outputShape: [10, 8], parameters: 520, flops: 0 },
  ])
  // For 5 numbers: 4 to find the largest, 5 − , 5 exponentials, 4 + , 5 divisions.
  expect(summary((x) => softmax(x, -1), [5]).flops).toBe(23)
})

test('a loop counts its body once for each step', () => {
  const walk = (x: Value) => {
    const { carry } = scan(([h]) => ({ carry: [h.multiply(h).add(1)] }), { carry: [x], length: 7 })
    return carry[0]
  }
  expect(summary(walk, [3]).flops).toBe(7 * 3 * 2)
})

test('examples of another shape are turned away', () => {
  expect(() => summary(sequential(linear(4, 2)), [3])).toThrow('SHAPE matmul: inner sizes differ')
})
