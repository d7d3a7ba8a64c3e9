import { expect, test } from 'vitest'
import { compile, constant, createStore, input, type Value } from '../index.ts'
import { multiheadAttention, sequential, trainingPass } from './index.ts'

test('attention to itself is attention with the same query, key and value', async () => {
  const attention = multiheadAttention(4, 2)
  const x = input('x', [2, 3, 4])
  const copy = x.multiply(1).named('copy')
  const program = await compile({ own: attention(x), all: attention(x, copy, copy) })
  const made = program.run({ x: Float32Array.from({ length: 24 }, (_, k) => Math.sin(k)) })
  const [own, all] = [made.own, made.all].map((handle) => [...handle.dataSync()].map(Number))
  // One product of twelve columns, or three of four: the sums of four terms are the same.
  expect(all).toEqual(own?.map((number) => expect.closeTo(number, 6)))
})

test('it is a stage of a row of layers', () => {
  const model = sequential(multiheadAttention(4, 2))
  expect(model(input('x', [2, 3, 4])).shape).toEqual([2, 3, 4])
})

test('batchFirst false takes places first', async () => {
  const [first, last] = [multiheadAttention(4, 2), multiheadAttention(4, 2, { batchFirst: false })]
  const x = input('x', [2, 3, 4])
  const turned = (value: Value) => value.transpose([1, 0, 2])
  const store = createStore({ seed: 5 })
  const data = Float32Array.from({ length: 24 }, (_, k) => Math.cos(k))
  const [a, b] = [
    (await compile({ y: first(x) }, { store })).run({ x: data }),
    (await compile({ y: turned(last(turned(x))) }, { store })).run({ x: data }),
  ]
  expect([...b.y.dataSync()]).toEqual([...a.y.dataSync()])
})

test('weights are dropped in the graph that trains, and what is left counts more', async () => {
  const attention = multiheadAttention(2, 1, { dropout: 0.5 })
  const x = input('x', [1, 40, 2])
  const pass = trainingPass({ seed: 4 })
  const told = { needWeights: true } as const
  const { weights } = attention.training(pass)(x, x, x, told)
  const evaluated = attention(x, x, x, told)
  const program = await compile(
    { weights, sums: evaluated.weights.sum(-1) },
    { updates: pass.updates },
  )
  const made = program.run({ x: new Float32Array(80).fill(1) })
  const numbers = [...made.weights.dataSync()].map(Number)
  // All places are alike: a weight is 1/40, and 1/20 or nothing in training.
  expect(numbers.filter((w) => w === 0).length / 1600).toBeCloseTo(0.5, 1)
  expect([...new Set(numbers.map((w) => w.toFixed(6)))].toSorted()).toEqual([
    '0.000000',
    '0.050000',
  ])
  expect([...made.sums.dataSync()].map(Number)).toEqual(
    Array(40).fill(expect.closeTo(1, 6)), // f32: forty roundings of 1/40
  )
})

test('a query that sees nothing gets what a sum of nothing is projected to', async () => {
  const attention = multiheadAttention(2, 1, { bias: false })
  const x = input('x', [1, 2, 2])
  const all = constant([[true, true]])
  const program = await compile({
    y: attention(x, x, x, { keyPaddingMask: all }),
    weights: attention(x, x, x, { keyPaddingMask: all, needWeights: true }).weights,
  })
  const made = program.run({
    x: [
      [
        [1, 2],
        [3, 4],
      ],
    ],
  })
  expect([...made.y.dataSync()]).toEqual([0, 0, 0, 0])
  expect([...made.weights.dataSync()]).toEqual([0, 0, 0, 0])
})

test('a padding mask for other places is turned away', () => {
  const x = input('x', [2, 3, 4])
  const keyPaddingMask = input('padding', [2, 4], { dtype: 'bool' })
  expect(() => multiheadAttention(4, 2)(x, x, x, { keyPaddingMask })).toThrow(
    [
      'SHAPE multiheadAttention: keyPaddingMask is not for its places',
      '  expected  [2, 3]',
      '  got       [2, 4]',
      '  fix       say of each place of key whether it is padding',
    ].join('\n'),
  )
})
