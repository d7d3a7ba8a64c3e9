import { expect, test } from 'vitest'
import { evaluate } from '../interpret/interpret.ts'
import { graph } from '../ir/graph.ts'
import { type Tensor, toNested } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { arange, constant, eye, zerosLike } from './index.ts'

function read(value: Value): unknown[] {
  const tensor = evaluate(graph({ value })).outputs.value as Tensor // it is there
  return [tensor.dtype, toNested(tensor)]
}

// Expected values: NumPy 1.24.
test('eye has ones on the diagonal, square or not', () => {
  const square: Value<[2, 2], 'f32'> = eye(2)
  const wide: Value<[2, 3], 'i32'> = eye(2, 3, { dtype: 'i32' })
  expect(read(square)).toEqual([
    'f32',
    [
      [1, 0],
      [0, 1],
    ],
  ])
  expect(read(wide)).toEqual([
    'i32',
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
  ])
  expect(read(eye(2, 1, { dtype: 'bool' }))).toEqual(['bool', [[true], [false]]])
})

test('arange counts from 0 or from a start, up to its stop', () => {
  expect(read(arange(4))).toEqual(['i32', [0, 1, 2, 3]])
  expect(read(arange(-2, 2))).toEqual(['i32', [-2, -1, 0, 1]])
  expect(read(arange(1, 8, 3))).toEqual(['i32', [1, 4, 7]])
  expect(read(arange(3, 3))).toEqual(['i32', []])
  expect(read(arange(3, { dtype: 'f64' }))).toEqual(['f64', [0, 1, 2]])
})

test('arange counts down with a negative step, in u32 too', () => {
  expect(read(arange(5, 0, -2))).toEqual(['i32', [5, 3, 1]])
  expect(read(arange(3, 0, -1, { dtype: 'u32' }))).toEqual(['u32', [3, 2, 1]])
})

test('arange gives f32 where an argument is no whole number', () => {
  expect(read(arange(1, 2, 0.25))).toEqual(['f32', [1, 1.25, 1.5, 1.75]])
  expect(read(arange(2.5))).toEqual(['f32', [0, 1, 2]])
})

test('arange turns away a step of 0', () => {
  expect(() => arange(1, 2, 0)).toThrow(`ATTRIBUTE arange: there is no such range
  expected  finite numbers start, stop and step, and a step other than 0
  got       start 1, stop 2, step 0
  fix       arange(start, stop, step) gives start, start + step, … below stop`)
})

test('zerosLike has the shape and the dtype of its operand', () => {
  const zeros: Value<[2, 2], 'u32'> = zerosLike(eye(2, 2, { dtype: 'u32' }))
  expect(read(zeros)).toEqual([
    'u32',
    [
      [0, 0],
      [0, 0],
    ],
  ])
  expect(read(zerosLike(constant(true)))).toEqual(['bool', false])
})
