/**
 * Where the gradient of pooling goes: ties, windows that overlap, padding, edges that no window
 * covers. Expected values: torch 1.13, the gradient of Σ k · pool(x)[k], k counted from 1.
 */
import { expect, test } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import { evaluate } from '../interpret/interpret.ts'
import { Graph } from '../ir/graph.ts'
import { sizeOf } from '../ir/shape.ts'
import { type NestedArray, toNested } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import {
  add,
  avgPool2d,
  constant,
  input,
  iota,
  maxPool2d,
  multiply,
  reshape,
  sum,
} from './index.ts'

const image = [
  [1, 3, 3, 0, 2],
  [3, 0, 1, 3, 2],
  [2, 2, 2, 2, 2],
]

/** What pooling gives of one image, and the gradient that comes back to it, as rows. */
function pooled(pool: (x: Value) => Value, rows: NestedArray = image) {
  const x = constant([[rows]], { dtype: 'f64' })
  const output = pool(x)
  const places = iota([sizeOf(output.shape)], 0, { dtype: 'f64' })
  const J = sum(multiply(output, reshape(add(places, 1), output.shape)))
  const [gradient] = gradients(J, [x])
  const { outputs } = evaluate(new Graph({ output, gradient }))
  return Object.values(outputs).map((tensor) =>
    toNested({ ...tensor, shape: tensor.shape.slice(2) }),
  )
}

test('of elements that tie the first in row-major order gets the gradient', () => {
  const ties = [
    [2, 2, 0, 3],
    [2, 1, 3, 3],
  ]
  expect(pooled((x) => maxPool2d(x, 2), ties)).toEqual([
    [[2, 3]],
    [
      [1, 0, 0, 2],
      [0, 0, 0, 0],
    ],
  ])
})

test('of several NaN the last gets the gradient', () => {
  const rows = [
    [Number.NaN, 1, Number.NaN, 5],
    [Number.NaN, 2, 1, 0],
  ]
  expect(pooled((x) => maxPool2d(x, 2), rows)).toEqual([
    [[Number.NaN, Number.NaN]],
    [
      [0, 0, 2, 0],
      [1, 0, 0, 0],
    ],
  ])
})

test('a window of −∞ gives its gradient to its first element', () => {
  const rows = [[Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]]
  expect(pooled((x) => maxPool2d(x, [1, 2]), rows)).toEqual([
    [[Number.NEGATIVE_INFINITY]],
    [[1, 0]],
  ])
})

test('an element that wins in several windows gets the sum of their gradients', () => {
  expect(pooled((x) => maxPool2d(x, 2, { stride: 1 }))[1]).toEqual([
    [0, 3, 3, 0, 0],
    [5, 0, 0, 19, 0],
    [0, 6, 0, 0, 0],
  ])
})

test('nothing comes back to the padding', () => {
  expect(pooled((x) => maxPool2d(x, 3, { stride: 2, padding: 1 }))[1]).toEqual([
    [0, 3, 0, 0, 0],
    [4, 0, 0, 14, 0],
    [0, 0, 0, 0, 0],
  ])
})

test('nothing comes back to an edge that no window covers', () => {
  const tiled = [
    [0, 1, 2, 0, 0],
    [0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
  ]
  expect(pooled((x) => maxPool2d(x, 2))[1]).toEqual(tiled)
  expect(pooled((x) => maxPool2d(x, [1, 2], { stride: [1, 3] }))[1]).toEqual([
    [0, 1, 0, 0, 2],
    [3, 0, 0, 4, 0],
    [5, 0, 0, 6, 0],
  ])
})

test('a window of one element lets everything through', () => {
  expect(pooled((x) => maxPool2d(x, 1), [[5, 6]])).toEqual([[[5, 6]], [[1, 2]]])
})

test('an average over windows that overlap gives each element the share of all of them', () => {
  expect(pooled((x) => avgPool2d(x, 2, { stride: 1 }))).toEqual([
    [
      [1.75, 1.75, 1.75, 1.75],
      [1.75, 1.25, 2, 2.25],
    ],
    [
      [0.25, 0.75, 1.25, 1.75, 1],
      [1.5, 3.5, 4.5, 5.5, 3],
      [1.25, 2.75, 3.25, 3.75, 2],
    ],
  ])
})

test('an average counts the padding as zeros, and leaves out an edge that no window covers', () => {
  const [output, gradient] = pooled((x) => avgPool2d(x, 3, { stride: 2, padding: 1 }))
  const ninths = (sums: readonly (readonly number[])[]) =>
    sums.map((row) => row.map((total) => expect.closeTo(total / 9, 14)))
  expect(output).toEqual(
    ninths([
      [7, 10, 7],
      [7, 10, 9],
    ]),
  )
  expect(gradient).toEqual(
    ninths([
      [1, 3, 2, 5, 3],
      [5, 12, 7, 16, 9],
      [4, 9, 5, 11, 6],
    ]),
  )
  expect(pooled((x) => avgPool2d(x, 2))[1]).toEqual([
    [0.25, 0.25, 0.5, 0.5, 0],
    [0.25, 0.25, 0.5, 0.5, 0],
    [0, 0, 0, 0, 0],
  ])
})

test('pooling knows batch and channels as types, and height and width as it is built', () => {
  const images = input('images', [8, 3, 29, 28], { dtype: 'f64' })
  const halved: Value<readonly [8, 3, number, number], 'f64'> = maxPool2d(images, 2)
  expect(halved.shape).toEqual([8, 3, 14, 14])
  expect(avgPool2d(images, [3, 2], { stride: 1, padding: [1, 0] }).shape).toEqual([8, 3, 29, 27])
})
