import { expect, test } from 'vitest'
import { compile, constant, createStore, input, relu, type Value } from '../index.ts'
import { stateOf } from '../ir/graph.ts'
import * as layers from './index.ts'
import {
  avgPool2d,
  conv2d,
  embedding,
  flatten,
  layerNorm,
  linear,
  maxPool2d,
  multiheadAttention,
  residual,
  sequential,
} from './index.ts'

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

test('stages within stages are numbered through, and only layers with parameters count', () => {
  const block = () => residual(layerNorm(4), multiheadAttention(4, 2), flatten())
  const model = sequential(conv2d(1, 2, 3), relu, maxPool2d(2), block(), linear(4, 4), block())
  const symbols = Object.fromEntries(
    Object.entries(model.parameters).map(([key, { name }]) => [key, name]),
  )
  expect(symbols).toEqual({
    '0.weight': 'W1',
    '0.bias': 'b1',
    '3.0.weight': 'γ2',
    '3.0.bias': 'β2',
    '3.1.inProjection.weight': 'W3',
    '3.1.inProjection.bias': 'b3',
    '3.1.outProjection.weight': 'W4',
    '3.1.outProjection.bias': 'b4',
    '4.weight': 'W5',
    '4.bias': 'b5',
    '5.0.weight': 'γ6',
    '5.0.bias': 'β6',
    '5.1.inProjection.weight': 'W7',
    '5.1.inProjection.bias': 'b7',
    '5.1.outProjection.weight': 'W8',
    '5.1.outProjection.bias': 'b8',
  })
  const stateKeys = Object.values(model.parameters).map((value) => stateOf(value).key)
  expect(stateKeys).toEqual(Object.keys(symbols))
  expect(model.torch['5.1.inProjection.weight']).toEqual({
    name: '5.1.in_proj_weight',
    axes: [1, 0],
  })
})

test('a layer that stands alone has no number, and one placed by hand has its path', () => {
  const { parameters } = embedding(5, 2).at('tokens')
  expect(Object.keys(parameters)).toEqual(['weight'])
  expect(Object.values(parameters).map((value) => [value.name, stateOf(value).key])).toEqual([
    ['E', 'tokens.weight'],
  ])
})

test('summaries say what a layer is', () => {
  const layers = [
    conv2d(3, 8, [3, 5]),
    maxPool2d(2),
    avgPool2d([1, 2]),
    flatten(),
    layerNorm([2, 3]),
    embedding(65, 128),
    multiheadAttention(8, 2, { isCausal: true }),
    residual(linear(2, 2), relu),
  ]
  expect(layers.map(({ description }) => description)).toEqual([
    'conv2d(3 → 8, [3, 5])',
    'maxPool2d([2, 2])',
    'avgPool2d([1, 2])',
    'flatten',
    'layerNorm([2, 3])',
    'embedding(65 × 128)',
    'multiheadAttention(8, 2 heads, causal)',
    'x + (linear(2 → 2), relu)',
  ])
})

test('linear takes any number of batch axes, and turns away another width', async () => {
  const layer = linear(2, 1, { weightInit: [[2], [3]], biasInit: [1] })
  const x = constant([
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, 1],
      [2, -1],
    ],
  ])
  expect(await layer(x).array()).toEqual([
    [[3], [4]],
    [[6], [2]],
  ])
  expect(() => layer(input('x', [3, 2, 4]))).toThrow('SHAPE matmul: inner sizes differ')
})

test('conv2d adds a bias to each channel', async () => {
  const weightInit = [[[[1, -1]]], [[[2, 0]]]]
  const x = constant([[[[1, 4, 9]]]])
  const plain = conv2d(1, 2, [1, 2], { bias: false, weightInit })
  expect(Object.keys(plain.parameters)).toEqual(['weight'])
  expect(await plain(x).array()).toEqual([[[[-3, -5]], [[2, 8]]]])
  const biased = conv2d(1, 2, [1, 2], { weightInit, biasInit: [10, 20] })
  expect(await biased(x).array()).toEqual([[[[7, 5]], [[22, 28]]]])
})

test('conv2d draws its first weights from ±1/√(channels / groups · window), as PyTorch', async () => {
  const store = createStore({ seed: 5 })
  const layer = conv2d(8, 32, 3, { groups: 2 })
  await compile({ y: layer(input('x', [1, 8, 3, 3])) }, { store })
  const drawn = [...store.get('weight').data].map(Number)
  expect(store.get('weight').shape).toEqual([32, 4, 3, 3])
  expect(Math.max(...drawn)).toBeLessThan(1 / 6) // 1/√(4 · 9)
  expect(Math.max(...drawn)).toBeGreaterThan(0.16)
})

test('embedding looks up rows, layerNorm begins with ones and zeros', async () => {
  const weightInit = [
    [1, 3],
    [5, 5],
    [0, -8],
  ]
  const tokens = constant([[2, 0]], { dtype: 'i32' })
  const table = embedding(3, 2, { weightInit })
  expect(await table(tokens).array()).toEqual([
    [
      [0, -8],
      [1, 3],
    ],
  ])
  // (x − mean) / √(variance + 1), rounded to f32: of [0, −8] ±4 / √17, of [1, 3] ∓1 / √2.
  const rows = sequential(table, layerNorm(2, { epsilon: 1 }))(tokens)
  const numbers = [...(await rows.data())].map(Number)
  const expected = [4 / Math.sqrt(17), -4 / Math.sqrt(17), -Math.SQRT1_2, Math.SQRT1_2]
  expect(numbers).toEqual(expected.map((number) => expect.closeTo(number, 6)))
})

test('pooling and flattening as layers are their gates', async () => {
  const x = constant([
    [
      [
        [1, 2],
        [3, 6],
      ],
    ],
  ])
  expect(await maxPool2d(2)(x).array()).toEqual([[[[6]]]])
  expect(await avgPool2d(2)(x).array()).toEqual([[[[3]]]])
  expect(await flatten()(x).array()).toEqual([[1, 2, 3, 6]])
})

test('residual adds what it was given', async () => {
  const layer = residual(linear(1, 1, { weightInit: [[-3]], biasInit: [1] }), relu)
  expect(await layer(constant([[2], [-2]])).array()).toEqual([[2], [5]])
})

test('heads that do not share the width evenly are refused', () => {
  expect(() => multiheadAttention(10, 3)).toThrow(
    'OPTION multiheadAttention: the heads do not share the width evenly',
  )
})

test.each([
  ['conv2d: inChannels', () => conv2d(0, 1, 3)],
  ['conv2d: outChannels', () => conv2d(1, 1.5, 3)],
  ['embedding: count', () => embedding(Number.NaN, 1)],
  ['embedding: width', () => embedding(1, -1)],
  ['layerNorm: each size of shape', () => layerNorm([3, 0])],
  ['multiheadAttention: heads', () => multiheadAttention(4, 0)],
])('%s that is no count is refused', (what, make) => {
  expect(make).toThrow(`OPTION ${what} is not a count`)
})

// Expected values: the modules of torch.nn 1.13 in f64, of the last axis where they have one.
test.each([
  ['relu', layers.relu(), [0, 0, 2]],
  ['leakyRelu', layers.leakyRelu(), [-0.01, 0, 2]],
  ['leakyRelu(negativeSlope 0.2)', layers.leakyRelu({ negativeSlope: 0.2 }), [-0.2, 0, 2]],
  ['elu', layers.elu(), [-0.6321205588285577, 0, 2]],
  ['elu(alpha 0.5)', layers.elu({ alpha: 0.5 }), [-0.31606027941427883, 0, 2]],
  ['tanh', layers.tanh(), [-0.7615941559557649, 0, 0.9640275800758169]],
  ['sigmoid', layers.sigmoid(), [0.2689414213699951, 0.5, 0.8807970779778823]],
  ['gelu', layers.gelu(), [-0.15865525393145707, 0, 1.9544997361036416]],
  [
    'gelu(approximate tanh)',
    layers.gelu({ approximate: 'tanh' }),
    [-0.15880800939172324, 0, 1.954597694087775],
  ],
  ['silu', layers.silu(), [-0.2689414213699951, 0, 1.7615941559557646]],
  ['softplus', layers.softplus(), [0.31326168751822286, 0.6931471805599453, 2.1269280110429727]],
  [
    'softplus(beta 2)',
    layers.softplus({ beta: 2 }),
    [0.06346400552148625, 0.34657359027997264, 2.0090749639589047],
  ],
  [
    'softmax(axis -1)',
    layers.softmax(),
    [0.04201006613406605, 0.11419519938459449, 0.8437947344813395],
  ],
  ['softmax(axis 0)', layers.softmax(0), [1, 1, 1]],
  [
    'logSoftmax(axis -1)',
    layers.logSoftmax(),
    [-3.1698460195562856, -2.1698460195562856, -0.16984601955628567],
  ],
])('%s is a layer', async (description, layer, expected) => {
  expect(layer.description).toBe(description)
  expect(layer.parameters).toEqual({})
  const x: Value = constant([[-1, 0, 2]], { dtype: 'f64' })
  const numbers = [...(await sequential(layer)(x).data())].map(Number)
  // f64: both compute with errors of some 1e-16.
  expect(numbers).toEqual(expected.map((number) => expect.closeTo(number, 14)))
})

test('a layer that was not made by its call is found out', () => {
  const forgotten = layers.relu as unknown as (x: Value) => Value // as JavaScript lets one write
  expect(() => sequential(linear(2, 2), forgotten)(input('x', [1, 2]))).toThrow(
    [
      'OPTION sequential: stage 1 gives no value',
      '  expected  a layer, or a function from value to value',
      '  got       relu',
      '  fix       a layer is made by a call: relu()',
    ].join('\n'),
  )
})
