import { describe, expect, test } from 'vitest'
import { compile } from '../compile.ts'
import { input } from '../gates/index.ts'
import { type Tensor, tensor } from '../ir/tensor.ts'
import { batchNorm1d, linear, lstm, module, sequential } from '../nn/index.ts'
import { createStore } from '../runtime/store.ts'
import { loadStateDict, stateDict } from './state-dict.ts'

const model = sequential(linear(2, 3), batchNorm1d(3), linear(3, 1, { bias: false }))

/** What PyTorch has of the model: weights [out, in], a counter in i64. */
const saved = new Map<string, Tensor>([
  [
    '0.weight',
    tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  ],
  ['0.bias', tensor([7, 8, 9])],
  ['1.weight', tensor([1, 1, 1])],
  ['1.bias', tensor([0, 0, 0])],
  ['1.running_mean', tensor([10, 20, 30])],
  ['1.running_var', tensor([1, 4, 9])],
  ['1.num_batches_tracked', tensor(5, { dtype: 'i64' })],
  ['2.weight', tensor([[1, 2, 3]])],
])

const under = (prefix: string) => new Map([...saved].map(([key, made]) => [prefix + key, made]))

test('weights are turned to how they are kept here, and back', () => {
  const { store, missing, unexpected } = loadStateDict(model, saved)
  expect([missing, unexpected]).toEqual([[], []])
  expect(store.get('0.weight')).toEqual(
    tensor([
      [1, 3, 5],
      [2, 4, 6],
    ]),
  )
  expect(store.get('1.numBatchesTracked')).toEqual(tensor(5, { dtype: 'i32' }))
  expect(stateDict(model, store)).toEqual(saved)
})

test('a program on the store computes with them', async () => {
  const { store } = loadStateDict(model, saved)
  const program = await compile({ y: model(input('x', [1, 2])) }, { store })
  // x · Wᵀ + b = [10, 15, 20]; less the mean, over the deviation: [0, -5/2, -10/3].
  const [[y = 0] = []] = (await program.run({ x: [[1, 1]] }).y.array()) as number[][] // two axes
  expect(y).toBeCloseTo(-15, 3) // f32, and 1e-5 that is added to the variance
})

test('elements of another dtype become those of the module', () => {
  const other = new Map(saved)
  for (const [key, dtype] of [
    ['0.bias', 'f64'],
    ['1.bias', 'f16'],
    ['1.weight', 'i64'],
  ] as const) {
    const { data } = other.get(key) ?? tensor(0)
    other.set(key, tensor([...data].map(Number), { dtype }))
  }
  expect(stateDict(model, loadStateDict(model, other).store)).toEqual(saved)
})

test('weights go into a store that is there, and what is not the model’s stays', () => {
  const store = createStore()
  const other = linear(1, 1).at('other')
  loadStateDict(
    other,
    new Map([
      ['weight', tensor([[3]])],
      ['bias', tensor([4])],
    ]),
    { store },
  )
  loadStateDict(model, saved, { store })
  expect(store.get('other.bias')).toEqual(tensor([4]))
  expect(store.get('0.bias')).toEqual(tensor([7, 8, 9]))
})

describe('prefixes', () => {
  test('of a checkpoint are given, and what stands outside is left alone', () => {
    const tensors = new Map([...under('state_dict.'), ['optimizer.0', tensor(1)]])
    expect(
      stateDict(model, loadStateDict(model, tensors, { prefix: 'state_dict.' }).store),
    ).toEqual(saved)
  })

  test('of DataParallel and torch.compile go by themselves', () => {
    for (const wrapper of ['module.', '_orig_mod.']) {
      expect(stateDict(model, loadStateDict(model, under(wrapper)).store)).toEqual(saved)
      const inside = under(`state_dict.${wrapper}`)
      const { store } = loadStateDict(model, inside, { prefix: 'state_dict.' })
      expect(stateDict(model, store)).toEqual(saved)
    }
  })

  test('of a model whose own part is called so stay', () => {
    const own = module({ module: linear(1, 1) }, ({ module: part }) => part)
    const tensors = new Map([
      ['module.weight', tensor([[3]])],
      ['module.bias', tensor([4])],
    ])
    expect(stateDict(own, loadStateDict(own, tensors).store)).toEqual(tensors)
  })

  test('that would fit are named', () => {
    expect(() => loadStateDict(model, under('net.'))).toThrow(
      /8 missing: 0\.weight[\s\S]*8 unexpected: net\.0\.weight[\s\S]*fix +give \{ prefix: 'net\.' \}/,
    )
  })
})

test('what is missing, unexpected or of another shape is told at once', () => {
  const wrong = new Map(saved)
  wrong.delete('0.bias')
  wrong.delete('1.running_var')
  wrong.set('extra', tensor(1))
  wrong.set('2.weight', tensor([[1, 2]]))
  wrong.set('1.num_batches_tracked', tensor(1.5))
  const store = createStore()
  expect(() => loadStateDict(model, wrong, { store })).toThrow(
    'STATE loadStateDict: the tensors are not those of the module\n' +
      "  expected  the module's 8 keys, each in the shape that torch has\n" +
      '  got       2 missing: 0.bias, 1.running_var\n' +
      '            1 unexpected: extra\n' +
      '            2 of another shape or kind: 2.weight: f32[1, 2] for f32[1, 3], 1.num_batches_tracked: f32[] for i32[]\n' +
      '  fix       give the module the sizes that it was saved with',
  )
  expect(store.states).toEqual([])
})

test('where it is not strict, what is there is loaded, and the rest is told', () => {
  const fewer = new Map([...saved].filter(([key]) => key !== '0.bias'))
  fewer.set('extra', tensor(1))
  const { store, missing, unexpected } = loadStateDict(model, fewer, { strict: false })
  expect([missing, unexpected]).toEqual([['0.bias'], ['extra']])
  expect(store.get('0.weight').shape).toEqual([2, 3])
  fewer.set('2.weight', tensor([[1, 2]]))
  expect(() => loadStateDict(model, fewer, { strict: false })).toThrow(/of another shape/)
})

test('a store that lacks a weight is an error, and counters begin with 0', () => {
  expect(() => stateDict(model, createStore())).toThrow(/STATE store: there is no state/)
  const norm = batchNorm1d(1)
  const partial = new Map([
    ...(['weight', 'bias', 'running_mean', 'running_var'] as const).map((key): [string, Tensor] => [
      key,
      tensor([1]),
    ]),
  ])
  const { store, missing } = loadStateDict(norm, partial, { strict: false })
  expect(missing).toEqual(['num_batches_tracked'])
  expect(stateDict(norm, store).get('num_batches_tracked')).toEqual(tensor(0, { dtype: 'i64' }))
})

test('names of several words are torch’s', () => {
  const names = new Set(
    Object.values(lstm(2, 3, { bidirectional: true }).torch).map(({ name }) => name),
  )
  expect(names).toContain('weight_ih_l0_reverse')
})
