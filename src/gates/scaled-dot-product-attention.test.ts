import { expect, test } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import { evaluate } from '../interpret/interpret.ts'
import { Graph } from '../ir/graph.ts'
import { toNested, toNumbers } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { constant, input, multiply, scaledDotProductAttention, slice, sum } from './index.ts'

const rows = (count: number, seed: number) =>
  Array.from({ length: count }, (_, row) => [Math.sin(seed + 3 * row), Math.cos(seed - 5 * row)])

test('the shape of the output is known as a type', () => {
  const query = input('query', [16, 4, 64, 32])
  const key = input('key', [16, 4, 10, 32])
  const value = input('value', [16, 4, 10, 8])
  const attended: Value<readonly [16, 4, 64, 8], 'f32'> = scaledDotProductAttention(
    query,
    key,
    value,
  )
  expect(attended.shape).toEqual([16, 4, 64, 8])
  const other = input('value', [16, 4, 10, 8], { dtype: 'f64' })
  // @ts-expect-error value is f64
  expect(() => scaledDotProductAttention(query, key, other)).toThrow(
    'DTYPE scaledDotProductAttention',
  )
})

test('causal: what comes later changes nothing, forward or backward', () => {
  const attend = (count: number) => {
    const [query, key, value] = [1, 2, 3].map((seed) =>
      constant(rows(count, seed), { dtype: 'f64' }),
    )
    if (!query || !key || !value) throw new RangeError('three were made')
    const attended = scaledDotProductAttention(query, key, value, { isCausal: true })
    const first = slice(attended, [[0, 3]])
    const [dKey, dValue] = gradients(sum(multiply(first, first)), [key, value])
    const { outputs } = evaluate(new Graph({ first, dKey, dValue }))
    return Object.values(outputs)
  }
  const [short, long] = [attend(3), attend(5)]
  expect(long[0] && toNested(long[0])).toEqual(short[0] && toNested(short[0]))
  for (const index of [1, 2]) {
    const [few, many] = [short[index], long[index]].map((tensor) =>
      tensor ? toNumbers(tensor) : [],
    )
    expect(many?.slice(0, 6)).toEqual(few)
    expect(many?.slice(6)).toEqual([0, 0, 0, 0])
  }
})

test('scores that would overflow an exponential are as good as others', () => {
  const query = constant([[1000]], { dtype: 'f64' })
  const key = constant([[1], [2]], { dtype: 'f64' })
  const value = constant([[5], [7]], { dtype: 'f64' })
  const { outputs } = evaluate(new Graph({ y: scaledDotProductAttention(query, key, value) }))
  expect(outputs.y && toNested(outputs.y)).toEqual([[7]]) // e⁻¹⁰⁰⁰ is 0 in f64
})
