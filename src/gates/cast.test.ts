import { expect, test } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import { evaluate, type InterpretOptions } from '../interpret/interpret.ts'
import type { DType } from '../ir/dtype.ts'
import { Graph } from '../ir/graph.ts'
import { tensor, toNumbers } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { cast } from './cast.ts'
import { constant } from './constant.ts'
import { input } from './input.ts'
import { sum } from './sum.ts'

test('a gradient is cast back to the dtype of what it is the gradient of', () => {
  const x = constant([1, 2])
  const [gradient] = gradients(sum(cast(x, 'f64')), [x])
  expect(gradient.dtype).toBe('f32')
  expect(numbers(gradient)).toEqual([1, 1])
})

test('no gradient passes through an integer', () => {
  const x = constant([1.5, 2.5])
  const [gradient] = gradients(sum(cast(cast(x, 'i32'), 'f32')), [x])
  expect(numbers(gradient)).toEqual([0, 0])
})

test.each<[DType, number[]]>([
  ['f16', [-1.5, 65504]],
  ['bf16', [-1.5, 128]],
  ['i8', [-128, 127]],
  ['i16', [-32768, 32767]],
  ['i64', [-3, 4503599627370496]],
  ['u8', [0, 255]],
  ['u16', [0, 65535]],
  ['u64', [0, 4503599627370496]],
])('%s, where it is stored, is brought in and out again', (dtype, data) => {
  const stored = input('stored', [2], { dtype })
  const options = { feeds: { stored: tensor(data, { dtype }) } }
  expect(numbers(cast(stored, 'f64'), options)).toEqual(data)
  expect(numbers(cast(cast(stored, 'f64'), dtype), options)).toEqual(data)
})

// 0.1 has no exact f32: a run in f64 that rounded it would spoil a gradient check.
test('a run in f64 rounds nothing off where a graph casts to f32', () => {
  const x = constant([0.1], { dtype: 'f64' })
  expect(numbers(cast(x, 'f32'), { precision: 'f64' })).toEqual([0.1])
  expect(numbers(cast(x, 'f32'))).toEqual([Math.fround(0.1)])
})

test('a dtype that is none is turned away', () => {
  const dtype = 'float32' as DType // a mistake that only JavaScript lets pass
  expect(() => cast(constant([1]), dtype)).toThrow(/^DTYPE dtype: "float32" is not a dtype/)
})

function numbers(value: Value, options: InterpretOptions = {}): number[] {
  const { out } = evaluate(new Graph({ out: value }), options).outputs
  return out ? toNumbers(out) : []
}
