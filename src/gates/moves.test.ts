/** What samples cannot show of the gates that move elements: calls, types and absent gradients. */
import '../methods.ts'
import { expect, test } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import { evaluate } from '../interpret/interpret.ts'
import { graph } from '../ir/graph.ts'
import { type Tensor, toNested } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import {
  constant,
  gather,
  input,
  multiply,
  oneHot,
  pad,
  scatterAdd,
  slice,
  split,
  stack,
  sum,
  take,
} from './index.ts'

const x = constant([
  [1, 2, 3],
  [4, 5, 6],
])

const read = (value: Value) => toNested(evaluate(graph({ value })).outputs.value as Tensor) // is there

test('split gives as many values as sizes, with their shapes as types', () => {
  const encoded = input('encoded', [4, 16])
  const [mean, rest] = split(encoded, [6, 10], 1)
  const left: Value<readonly [4, 6], 'f32'> = mean
  const right: Value<readonly [4, 10], 'f32'> = rest
  expect([left.shape, right.shape]).toEqual([
    [4, 6],
    [4, 10],
  ])
  expect(encoded.split(6, -1).map(({ shape }) => shape)).toEqual([
    [4, 6],
    [4, 6],
    [4, 4],
  ])
})

test('split gives a list where there is one part', () => {
  expect(split(x, [2]).map(read)).toEqual([
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ])
  expect(split(x, 5, 1).map(({ shape }) => shape)).toEqual([[2, 3]])
})

test('a part that nothing uses gets zeros for its gradient', () => {
  const [, middle] = split(x, [1, 1, 1], 1)
  const [dx] = gradients(sum(multiply(middle, middle)), [x])
  expect(read(dx)).toEqual([
    [0, 4, 0],
    [0, 10, 0],
  ])
})

test('a row that is taken twice gets both gradients', () => {
  const rows = take(x, constant([1, 1, 0], { dtype: 'i32' }))
  const factors = constant([[1], [10], [100]])
  const [dx] = gradients(sum(multiply(rows, factors)), [x])
  expect(read(dx)).toEqual([
    [100, 100, 100],
    [11, 11, 11],
  ])
})

test('an embedding has its shape as type', () => {
  const table = input('table', [50, 8])
  const tokens = input('tokens', [4, 12], { dtype: 'i32' })
  const embedded: Value<readonly [4, 12, 8], 'f32'> = table.take(tokens)
  const picked: Value<readonly [4, 12], 'f32'> = gather(input('scores', [4, 12]), tokens, 1)
  const hot: Value<[4, 12, 50], 'bool'> = tokens.oneHot(50, { dtype: 'bool' })
  expect([embedded.shape, picked.shape, hot.shape]).toEqual([
    [4, 12, 8],
    [4, 12],
    [4, 12, 50],
  ])
})

test('slice keeps the sizes of axes that it reads whole as types', () => {
  const batch = input('batch', [4, 12, 8])
  const last: Value<readonly [4, number, 8], 'f32'> = batch.slice([[], [-1]])
  expect(last.shape).toEqual([4, 1, 8])
  expect(batch.slice([[0, Number.POSITIVE_INFINITY, 3]]).shape).toEqual([2, 12, 8])
})

test('slice turns away more ranges than axes and what is no whole number', () => {
  expect(() => slice(x, [[], [], [1]])).toThrow(`ATTRIBUTE slice: more ranges than axes
  expected  at most 2 ranges for [2, 3]
  got       3 ranges
  fix       give one range [start, end, stride] for each axis, in their order`)
  // @ts-expect-error a list of starts and one of ends, as elsewhere, are two arguments
  expect(() => slice(x, [0, 1], [2, 3])).toThrow('ATTRIBUTE slice: a range is no list')
  expect(() => slice(x, [[0.5]])).toThrow(
    'ATTRIBUTE slice: a start, end or stride is not a whole number',
  )
})

test('split turns away sizes that are none', () => {
  expect(() => split(x, 0)).toThrow(/^ATTRIBUTE split: a size is not a whole number/)
  expect(() => split(x, [3, -1], 0)).toThrow(/^ATTRIBUTE split: a size is not a whole number/)
})

test('stack puts a new first axis before the type of its values', () => {
  const [mean, deviation] = [input('mean', [2, 3]), input('deviation', [2, 3])]
  const pair: Value<readonly [2, 2, 3], 'f32'> = stack([mean, deviation])
  expect(pair.shape).toEqual([2, 2, 3])
})

test('moves carry data in storage dtypes', () => {
  const bytes = constant(Uint8Array.of(1, 2, 3, 4))
  expect(read(slice(bytes, [[1, 4, 2]]))).toEqual([2, 4])
  expect(read(bytes.flip())).toEqual([4, 3, 2, 1])
  expect(read(take(bytes, constant([3, 0], { dtype: 'i32' })))).toEqual([4, 1])
})

test('pad holds the values of integers and bool', () => {
  expect(read(pad(constant([1, 2], { dtype: 'i32' }), [1], [0], { value: -7 }))).toEqual([-7, 1, 2])
  expect(read(pad(constant([false]), [0], [1], { value: true }))).toEqual([false, true])
})

test('an index of another dtype than i32 or u32 is an error of the types too', () => {
  const places = input('places', [1, 2])
  // @ts-expect-error gather: index cannot be f32
  expect(() => gather(x, places, 1)).toThrow(/^DTYPE gather: index cannot be f32/)
  // @ts-expect-error take: indices cannot be f32
  expect(() => take(x, input('floats', [2]))).toThrow(/^DTYPE take: indices cannot be f32/)
  // @ts-expect-error oneHot: labels cannot be f32
  expect(() => oneHot(input('floats', [2]), 3)).toThrow(/^DTYPE oneHot: labels cannot be f32/)
  const index = input('index', [2, 1], { dtype: 'u32' })
  const source = input('source', [2, 1], { dtype: 'f64' })
  // @ts-expect-error scatterAdd: dtypes f32 and f64 do not mix
  expect(() => scatterAdd(input('x', [2, 3]), index, source, 1)).toThrow(/^DTYPE scatterAdd/)
})

test('a list of no parts splits nothing, not even an axis of length 0', () => {
  expect(() => split(input('empty', [0]), [])).toThrow(/^SHAPE split: there is no part/)
})
