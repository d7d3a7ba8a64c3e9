import { expect, test } from 'vitest'
import { compile, constant, createStore, input, relu } from '../index.ts'
import { linear, sequential } from './index.ts'

test('linear multiplies by its weight [in, out] and adds its bias', async () => {
  const layer = linear(2, 3, {
    weightInit: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    biasInit: [0.5, 0, -0.5],
  })
  expect(await layer(constant([[1, 10]])).array()).toEqual([[41.5, 52, 62.5]])
})

test('without a bias it only multiplies', async () => {
  const layer = linear(1, 2, { bias: false, weightInit: [[2, 3]] })
  expect(Object.keys(layer.parameters)).toEqual(['weight'])
  expect(await layer(constant([[5]])).array()).toEqual([[10, 15]])
})

test('first weights are drawn from ±1/√in, as in PyTorch, each parameter on its own', async () => {
  const layer = linear(100, 50)
  const store = createStore({ seed: 3 })
  await compile({ y: layer(input('x', [1, 100])) }, { store })
  const weight = [...store.get('weight').data].map(Number)
  expect(Math.max(...weight)).toBeLessThan(0.1)
  expect(Math.min(...weight)).toBeGreaterThanOrEqual(-0.1)
  const mean = weight.reduce((total, w) => total + w, 0) / weight.length
  expect(Math.abs(mean)).toBeLessThan(0.005) // four standard errors: 4 · 0.1/√3/√5000 = 0.0033
  expect([...store.get('bias').data].slice(0, 3)).not.toEqual(weight.slice(0, 3))
})

test('sequential gives its layers the keys of torch.nn.Sequential and numbered symbols', () => {
  const model = sequential(linear(2, 3), relu, linear(3, 1))
  expect(Object.keys(model.parameters)).toEqual(['0.weight', '0.bias', '2.weight', '2.bias'])
  expect(Object.values(model.parameters).map(({ name }) => name)).toEqual(['W1', 'b1', 'W2', 'b2'])
  expect(model.torch['2.weight']).toEqual({ name: '2.weight', axes: [1, 0] })
  expect(model.description).toBe('linear(2 → 3), relu, linear(3 → 1)')
})

test('a width that is no number of features is refused', () => {
  expect(() => linear(0, 3)).toThrow(
    [
      'OPTION linear: inFeatures is not a number of features',
      '  expected  a whole number, 1 or more',
      '  got       0',
      '  fix       give the width of the layer',
    ].join('\n'),
  )
})
