import { expect, test } from 'vitest'
import { cast, multiply, parameter, sum } from '../gates/index.ts'
import { sgd } from './sgd.ts'

test('a J that is not a scalar is refused', () => {
  const w = parameter('w', [3])
  expect(() => sgd(multiply(w, w), { learningRate: 0.1 })).toThrow(
    'GRADIENT sgd: J is not a floating-point scalar',
  )
})

test('a J without derivatives is refused', () => {
  const count = sum(cast(parameter('w', [3]), 'i32'))
  expect(() => sgd(count, { learningRate: 0.1 })).toThrow(
    'GRADIENT sgd: J is not a floating-point scalar',
  )
})
