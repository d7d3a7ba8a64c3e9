import { expect, test } from 'vitest'
import { compile, createStore, input } from '../index.ts'
import {
  embedding,
  embeddingBag,
  layerNorm,
  sequential,
  trainingPass,
  transformer,
  transformerDecoder,
  transformerDecoderLayer,
  transformerEncoder,
  transformerEncoderLayer,
} from './index.ts'

test('a stack repeats its layer with parameters of its own, under torch names', () => {
  const layer = transformerEncoderLayer(4, 2, { dimFeedforward: 8 })
  const { torch, description } = transformerEncoder(layer, 2, { norm: layerNorm(4) })
  expect(torch['layers.1.selfAttention.inProjection.weight']).toEqual({
    name: 'layers.1.self_attn.in_proj_weight',
    axes: [1, 0],
  })
  expect(torch['layers.0.linear2.bias']).toEqual({ name: 'layers.0.linear2.bias' })
  expect(torch['norm.weight']).toEqual({ name: 'norm.weight' })
  expect(description).toBe('transformerEncoder(2 × transformerEncoderLayer(4, 2 heads))')
  const decoder = transformerDecoder(transformerDecoderLayer(4, 2), 1)
  expect(decoder.torch['layers.0.memoryAttention.outProjection.bias']).toEqual({
    name: 'layers.0.multihead_attn.out_proj.bias',
  })
})

test('defaults are torch.nn.Transformer’s', () => {
  const { parameters } = transformer()
  // Both of torch 1.13: sum(p.numel() for p in torch.nn.Transformer().parameters()), and how many.
  const sizes = Object.values(parameters).map(({ shape }) => shape.reduce((a, b) => a * b, 1))
  expect(sizes.reduce((a, b) => a + b, 0)).toBe(44_140_544)
  expect(sizes).toHaveLength(184)
})

test('first matrices of a transformer are Xavier’s', async () => {
  const options = { numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 64, batchFirst: true }
  const model = transformer(32, 2, options)
  const store = createStore({ seed: 1 })
  const source = input('source', [1, 2, 32])
  await compile({ y: model(source, source) }, { store })
  const largest = (key: string) => Math.max(...[...store.get(key).data].map(Number))
  const key = 'encoder.layers.0.selfAttention.outProjection.weight'
  expect(largest(key)).toBeLessThanOrEqual(Math.sqrt(6 / 64)) // √(6 / (32 + 32))
  expect(largest(key)).toBeGreaterThan(0.3)
  expect(largest('decoder.layers.0.linear1.weight')).toBeGreaterThan(0.24) // √(6 / 96) is 0.25
})

test('an encoder is a stage, drops in training alone, and learns to look back only', async () => {
  const layer = transformerEncoderLayer(4, 2, { dimFeedforward: 8, batchFirst: true })
  const model = sequential(layer)
  const x = input('x', [1, 3, 4])
  const pass = trainingPass()
  const outputs = {
    evaluated: model(x),
    trained: model.training(pass)(x),
    causal: layer(x, { isCausal: true }),
    first: layer(x.slice([[], [0, 1]]), { isCausal: true }),
  }
  const program = await compile(
    { ...outputs, firstOfAll: outputs.causal.slice([[], [0, 1]]) },
    { updates: pass.updates, store: createStore({ seed: 2 }) },
  )
  const made = program.run({ x: Float32Array.from({ length: 12 }, (_, k) => Math.sin(k)) })
  expect([...made.trained.dataSync()]).not.toEqual([...made.evaluated.dataSync()])
  const first = [...made.first.dataSync()].map(Number)
  // f32 of size 1: products of one row and of three may sum in other orders.
  expect([...made.firstOfAll.dataSync()]).toEqual(first.map((n) => expect.closeTo(n, 5)))
})

test('an activation that there is not is turned away', () => {
  const activation = 'swish' as 'relu' // as JavaScript lets one write
  expect(() => transformerDecoderLayer(4, 2, { activation })).toThrow(
    'OPTION transformerDecoderLayer: there is no such activation',
  )
  expect(() => transformerEncoder(transformerEncoderLayer(4, 2), 0)).toThrow(
    'OPTION transformerEncoder: numLayers is not a count',
  )
})

test('the row of the padding begins with zeros', async () => {
  const store = createStore({ seed: 1 })
  const tokens = input('tokens', [1], { dtype: 'i32' })
  await compile({ y: embedding(3, 2, { paddingIdx: -2 })(tokens) }, { store })
  const [a, b, ...others] = [...store.get('weight').data].map(Number)
  expect(others.slice(0, 2)).toEqual([0, 0])
  expect([a, b, ...others.slice(2)]).not.toContain(0)
})

test('bags and padding that cannot be are turned away', () => {
  expect(() => embedding(3, 2, { paddingIdx: 3 })).toThrow(
    'OPTION embedding: paddingIdx is none of the things',
  )
  const x = input('x', [4], { dtype: 'i32' })
  expect(() => embeddingBag(3, 2)(x)).toThrow('SHAPE embeddingBag: x holds no bags')
  const table = input('table', [2, 2], { dtype: 'i32' })
  expect(() => embeddingBag(3, 2)(table, { perSampleWeights: input('w', [2, 2]) })).toThrow(
    'OPTION embeddingBag: things count differently in a sum alone',
  )
})
