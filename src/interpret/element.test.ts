import { expect, test } from 'vitest'
import { Expression } from '../ir/expression.ts'
import { evaluateExpression } from './element.ts'

const x = Expression.operand(0)

test('a literal beside f32 elements is an f32, as it is in compiled code', () => {
  const operand = { dtype: 'f32', data: Float32Array.of(0.1) } as const
  const isEqual = evaluateExpression(x.equal(0.1), [operand], { length: 1, dtype: 'bool' })
  expect([...isEqual]).toEqual([1])
})

test('a literal beside f64 elements keeps its digits', () => {
  const operand = { dtype: 'f64', data: Float64Array.of(0.1) } as const
  const isEqual = evaluateExpression(x.equal(0.1), [operand], { length: 1, dtype: 'bool' })
  expect([...isEqual]).toEqual([1])
})
