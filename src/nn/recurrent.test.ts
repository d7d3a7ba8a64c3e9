import { expect, test } from 'vitest'
import { compile, createStore, input, type Value } from '../index.ts'
import { stateOf } from '../ir/graph.ts'
import {
  gru,
  gruCell,
  linear,
  lstm,
  lstmCell,
  module,
  rnn,
  rnnCell,
  trainingPass,
} from './index.ts'

test('parameters have the keys, symbols and torch names of their layers and ways', () => {
  const { parameters, torch, description } = lstm(3, 5, {
    ...{ numLayers: 2, bidirectional: true, projSize: 2 },
  }).at('encoder', 4)
  const rows = Object.entries(parameters).map(([key, value]) => [
    ...[key, stateOf(value).key, value.name, value.shape],
    torch[key],
  ])
  expect(rows.slice(5, 10)).toEqual([
    [
      'weightIhL0Reverse',
      'encoder.weightIhL0Reverse',
      'W5',
      [3, 20],
      matrix('weight_ih_l0_reverse'),
    ],
    [
      'weightHhL0Reverse',
      'encoder.weightHhL0Reverse',
      'U5',
      [2, 20],
      matrix('weight_hh_l0_reverse'),
    ],
    ['biasIhL0Reverse', 'encoder.biasIhL0Reverse', 'b5', [20], { name: 'bias_ih_l0_reverse' }],
    ['biasHhL0Reverse', 'encoder.biasHhL0Reverse', 'd5', [20], { name: 'bias_hh_l0_reverse' }],
    [
      'weightHrL0Reverse',
      'encoder.weightHrL0Reverse',
      'P5',
      [5, 2],
      matrix('weight_hr_l0_reverse'),
    ],
  ])
  expect(parameters.weightIhL1?.shape).toEqual([4, 20]) // both ways of the layer before, projected
  expect(description).toBe('lstm(3 → 5, projected to 2, 2 layers, bidirectional)')
  expect(Object.keys(gruCell(3, 5).parameters)).toEqual([
    'weightIh',
    'weightHh',
    'biasIh',
    'biasHh',
  ])
})

function matrix(name: string) {
  return { name, axes: [1, 0] }
}

test('first weights are drawn from ±1/√hiddenSize, as in PyTorch', async () => {
  const store = createStore({ seed: 3 })
  await compile({ y: gru(3, 100)(input('x', [1, 1, 3])).output }, { store })
  const drawn = [...store.get('weightHhL0').data].map(Number)
  expect(Math.max(...drawn)).toBeLessThan(0.1)
  expect(Math.max(...drawn)).toBeGreaterThan(0.0999) // of 30,000 that are even on ±0.1
})

test('a cell takes the steps that its network takes', async () => {
  const x = input('x', [2, 1, 3])
  const network = lstm(3, 4, { dtype: 'f32' })
  const cell = lstmCell(3, 4).at('cell')
  const [first, second] = [x.slice([[0, 1]]).reshape([1, 3]), x.slice([[1, 2]]).reshape([1, 3])]
  const [h, c] = cell(second, cell(first))
  const { hidden } = network(x)
  const store = createStore({ seed: 1 })
  const program = await compile({ h, c, own: hidden[0], ownC: hidden[1] }, { store })
  for (const name of ['weightIh', 'weightHh', 'biasIh', 'biasHh']) {
    program.parameters.set(`cell.${name}`, program.parameters.get(`${name}L0`))
  }
  const made = program.run({ x: [[[1, -2, 0.5]], [[0.25, 3, -1]]] })
  // One product of two rows and two products of one sum their three terms in the same order.
  expect([...made.h.dataSync()]).toEqual([...made.own.dataSync()])
  expect([...made.c.dataSync()]).toEqual([...made.ownC.dataSync()])
})

test('dropout between layers draws in the graph that trains, and only there', async () => {
  const model = rnn(2, 64, { numLayers: 2, dropout: 0.5 })
  const single = rnn(2, 64, { dropout: 0.5 }).at('single')
  const x = input('x', [3, 2, 2])
  const pass = trainingPass({ seed: 2 })
  const outputs = {
    evaluated: model(x).output,
    trained: model.training(pass)(x).output,
    single: single(x).output,
    trainedSingle: single.training(pass)(x).output,
  }
  const program = await compile(outputs, { updates: pass.updates })
  const numbers = () => {
    const handles = program.run({ x: new Float32Array(12).fill(1) })
    return Object.fromEntries(
      Object.entries(handles).map(([name, handle]) => [name, [...handle.dataSync()]]),
    )
  }
  const [first, second] = [numbers(), numbers()]
  expect(first.trained).not.toEqual(first.evaluated)
  expect(second.trained).not.toEqual(first.trained) // each step draws anew
  expect(second.evaluated).toEqual(first.evaluated)
  expect(first.trainedSingle).toEqual(first.single) // there is no layer behind it
})

test('a recurrent network is a part of a model like any other', () => {
  const tagger = module({ walk: gru(4, 8), head: linear(8, 3) }, ({ walk, head }) => {
    return (x: Value) => head(walk(x).output)
  })
  expect(tagger(input('x', [5, 2, 4])).shape).toEqual([5, 2, 3])
  expect(Object.keys(tagger.parameters).slice(-2)).toEqual(['head.weight', 'head.bias'])
})

test.each([
  ['rnn: inputSize is not a count', () => rnn(0, 1)],
  ['lstm: hiddenSize is not a count', () => lstm(1, 0.5)],
  ['gru: numLayers is not a count', () => gru(1, 1, { numLayers: 0 })],
  ['gru: dropout is no share', () => gru(1, 1, { dropout: 2 })],
  ['lstm: projSize does not make h narrower', () => lstm(1, 4, { projSize: 4 })],
  ['rnnCell: inputSize is not a count', () => rnnCell(-1, 1)],
])('OPTION %s', (what, make) => {
  expect(make).toThrow(`OPTION ${what}`)
})

test('what does not fit is turned away when it is called', () => {
  expect(() => lstm(3, 4)(input('x', [5, 2, 4]))).toThrow(
    [
      'SHAPE lstm: x is not a sequence of its inputs',
      '  expected  [steps, batch, 3], or [steps, 3] without a batch',
      '  got       [5, 2, 4]',
      '  fix       give 3 numbers at each step, or change inputSize',
    ].join('\n'),
  )
  expect(() => gru(3, 4)(input('x', [5, 2, 3]), input('h', [2, 2, 4]))).toThrow(
    [
      'SHAPE gru: a first state does not fit',
      '  expected  [1, 2, 4]: layers times ways, batch, width',
      '  got       [2, 2, 4]',
      '  fix       give what an earlier call gave as hidden, or nothing for zeros',
    ].join('\n'),
  )
  expect(() => rnnCell(3, 4)(input('x', [2, 3]), input('h', [3, 4]))).toThrow(
    'SHAPE rnnCell: x and its states do not fit',
  )
})
