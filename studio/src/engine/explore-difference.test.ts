import { expect, test } from 'vitest'
import { compareOutlines, type GateText } from './explore-difference.ts'

/** A chain of gates, each reading the one before. */
function chain(
  ...gates: readonly (readonly [gate: string, size: number, key?: string])[]
): GateText[] {
  return gates.map(([gate, size, key], index) => ({
    ...{ gate, label: gate, from: index === 0 ? [] : [index - 1] },
    states: key === undefined ? [] : [{ name: key, key }],
    equation: { shapes: '', output: { shape: [size] } },
  }))
}

test('the same graph differs in nothing', () => {
  const one = chain(['matmul', 3, '0.weight'], ['relu', 3], ['mse', 1])
  expect(compareOutlines(one, one)).toEqual({ added: [], changed: [], removed: [] })
})

test('a gate in between is added, one that is left out is removed, and its reader reads another', () => {
  const plain = chain(['matmul', 3, '0.weight'], ['relu', 3], ['mse', 1])
  const more = chain(
    ['matmul', 3, '0.weight'],
    ['layerNorm', 3, '1.weight'],
    ['relu', 3],
    ['mse', 1],
  )
  expect(compareOutlines(more, plain)).toEqual({
    added: [1],
    changed: [{ gate: 2, was: 'reads something else' }],
    removed: [],
  })
  expect(compareOutlines(plain, more)).toEqual({
    added: [],
    changed: [{ gate: 1, was: 'reads something else' }],
    removed: [{ label: 'layerNorm of 1.weight → [3]', before: 1 }],
  })
})

test('another width changes the gates that give it', () => {
  const narrow = chain(['matmul', 3, '0.weight'], ['relu', 3], ['mse', 1])
  const wide = chain(['matmul', 5, '0.weight'], ['relu', 5], ['mse', 1])
  expect(compareOutlines(wide, narrow).changed).toEqual([
    { gate: 0, was: 'was [3]' },
    { gate: 1, was: 'was [3]' },
  ])
})

test('a gate that took the place of another is one added and one removed', () => {
  const one = chain(['matmul', 3, '0.weight'], ['tanh', 3], ['mse', 1])
  const other = chain(['matmul', 3, '0.weight'], ['relu', 3], ['mse', 1])
  const { added, removed } = compareOutlines(one, other)
  expect(added).toEqual([1])
  expect(removed.map(({ label }) => label)).toEqual(['relu → [3]'])
})
