import { expect, test } from 'vitest'
import { compile, input, tensor } from '../index.ts'
import { buildNetwork, parameterCount, partsOf, predictionOf } from './network.ts'

test('a network has the keys of torch.nn.Sequential, and values called as in the article', () => {
  const { parameters } = buildNetwork({ layers: [2, 3, 1], activation: 'tanh' })
  expect(Object.keys(parameters)).toEqual(['0.weight', '0.bias', '2.weight', '2.bias'])
  const { model, criterion } = partsOf({ layers: [2, 3, 1], activation: 'tanh', criterion: 'mse' })
  const yHat = model(input('x', [4, 2]))
  expect([yHat.name, yHat.input(0).name, criterion(yHat, input('y', [4, 1])).name]).toEqual([
    'ŷ',
    'z3',
    'J',
  ])
})

test('a network learns as many numbers as it says', () => {
  const { parameters } = buildNetwork({ layers: [64, 32, 10], activation: 'relu' })
  const counted = Object.values(parameters).map(({ shape }) => shape.reduce((a, b) => a * b, 1))
  expect(parameterCount([64, 32, 10])).toBe(2410) // 64 · 32 + 32 + 32 · 10 + 10
  expect(counted.reduce((a, b) => a + b, 0)).toBe(2410)
})

test.each([
  // numpy: exp(z) / sum(exp(z)), 1 / (1 + exp(-z))
  ['crossEntropy', [0.09003057, 0.24472847, 0.66524096]],
  ['bceWithLogits', [0.73105858, 0.88079708, 0.95257413]],
  ['mse', [1, 2, 3]],
])('outputs of a network trained by %s say %j', async (criterion, expected) => {
  const prediction = predictionOf({ criterion }, input('z', [1, 3]))
  const program = await compile({ prediction })
  const found = await program.run({ z: tensor([[1, 2, 3]]) }).prediction.data()
  found.forEach((number, index) => {
    expect(number).toBeCloseTo(expected[index] ?? Number.NaN, 6) // f32 holds 7 digits
  })
})

test('a name that is not there is answered with the nearest', () => {
  expect(() => buildNetwork({ layers: [2, 1], activation: 'rleu' })).toThrow(
    /^NAME network: there is no activation "rleu"\n {2}expected {2}.*\n {2}got {7}"rleu"\n {2}fix {7}did you mean "relu"\?$/,
  )
  expect(() => partsOf({ layers: [2, 1], activation: 'relu', criterion: 'nll' })).toThrow(
    'NAME network: there is no criterion "nll"',
  )
  expect(() => buildNetwork({ layers: [2], activation: 'relu' })).toThrow(
    'OPTION network: there are too few widths',
  )
})
