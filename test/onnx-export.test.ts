/** What `writeOnnx` writes, run by onnxruntime: outputs to 1e-5, losses of training steps to 1e-4. */
import {
  compile,
  createStore,
  crossEntropy,
  evaluate,
  graph,
  input,
  mse,
  parameter,
  relu,
  type Shape,
  sort,
  tanh,
  tensor,
  type Update,
  type Value,
} from 'sluice'
import {
  batchNorm1d,
  batchNorm2d,
  conv2d,
  dropout,
  embedding,
  flatten,
  layerNorm,
  linear,
  lstm,
  maxPool2d,
  multiheadAttention,
  residual,
  sequential,
  trainingPass,
} from 'sluice/nn'
import { type OnnxBuilder, readOnnx, writeOnnx, writeOnnxStates } from 'sluice/onnx'
import { sgd } from 'sluice/optim'
import { describe, expect, test } from 'vitest'
import { numberAt } from '../src/ir/tensor.ts'
import { differences, numbered } from './support/onnx-distance.ts'
import { apart, drift, feedsOf } from './support/onnx-steps.ts'
import { loadOnnx, runOnnx } from './support/onnxruntime.ts'
import { there } from './support/recorded.ts'

type Outputs = Readonly<Record<string, Value>>

// f32 rounds at 6e-8; sums of a few hundred terms in another order, and exponentials to a few ulp.
const tolerance = 1e-5

describe('a network gives the same numbers in onnxruntime and read again', () => {
  const cnn = sequential(
    conv2d(1, 4, 3, { padding: 'same' }),
    batchNorm2d(4),
    relu,
    maxPool2d(2),
    conv2d(4, 6, 3, { stride: 2, padding: 1, groups: 2 }),
    relu,
    flatten(),
    linear(6 * 4, 5),
  )
  const { output, hidden } = lstm(3, 4)(input('x', [5, 2, 3]))
  const networks: readonly (readonly [string, Outputs])[] = [
    ['a perceptron', { y: sequential(linear(4, 8), relu, linear(8, 3))(input('x', [6, 4])) }],
    ['a CNN with batch norm', { y: cnn(input('x', [2, 1, 8, 8])) }],
    ['an LSTM', { y: output, h: hidden[0], c: hidden[1] }],
  ]
  test.each(networks)('%s', async (_, outputs) => {
    const network = graph(outputs)
    const feeds = feedsOf(network.inputs)
    const expected = evaluate(network, { feeds }).outputs
    const bytes = writeOnnx(outputs)
    expect(differences(await runOnnx(bytes, feeds), expected, tolerance)).toEqual([])
    const again = graph(readOnnx(bytes).build().outputs)
    expect(differences(evaluate(again, { feeds }).outputs, expected, tolerance)).toEqual([])
  })
})

describe('a training step gives the losses of ours in onnxruntime, for 20 steps', () => {
  test('with momentum and weight decay', async () => {
    const J = mse(perceptron(input('x', [8, 4])), input('y', [8, 2]))
    const updates = sgd(J, { learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 })
    expect(await apart({ J }, updates)).toBeLessThan(drift)
  })

  test('with dropout, whose masks are the same, and batch norm', async () => {
    const network = sequential(linear(4, 12), batchNorm1d(12), relu, dropout(0.4), linear(12, 3))
    const pass = trainingPass({ seed: 3 })
    const labels = input('labels', [8], { dtype: 'i32' })
    const J: Value = crossEntropy(network.training(pass)(input('x', [8, 4])), labels)
    const updates = [...sgd(J, { learningRate: 0.1 }), ...pass.updates]
    expect(await apart({ J }, updates)).toBeLessThan(drift)
  })
})

test('the states of a step are listed, and it begins with what a store holds', async () => {
  const J = mse(perceptron(input('x', [8, 4])), input('y', [8, 2]))
  const updates = sgd(J, { learningRate: 0.1, momentum: 0.9 })
  const program = await compile({ J }, { updates, store: createStore({ seed: 4 }), threads: 1 })
  const feeds = feedsOf(graph({ J }).inputs)
  program.run(feeds)
  const options = { updates, contents: program.store.contents }
  const bytes = writeOnnx({ J }, { ...options, metadata: { author: 'me' } })
  const { metadata } = readOnnx(bytes)
  expect(JSON.parse(metadata['sluice.states'] ?? '').slice(0, 2)).toEqual([
    {
      key: '0.weight.velocity',
      input: '0.weight.velocity',
      output: '0.weight.velocity.next',
      trainable: false,
    },
    { key: '0.weight', input: '0.weight', output: '0.weight.next', trainable: true },
  ])
  expect(metadata.author).toBe('me')
  const start = await runOnnx(writeOnnxStates({ J }, options), {})
  expect(there(start['0.weight']).data).toEqual(program.store.get('0.weight').data)
  const { J: theirs } = await runOnnx(bytes, { ...feeds, ...start })
  expect(numberAt(there(theirs), 0)).toBeCloseTo(await program.run(feeds).J.item(), 5)
})

test('without updates there are no states to start from', () => {
  expect(() => writeOnnxStates({ y: perceptron(input('x', [1, 4])) }, {})).toThrow(/no updates/)
})

describe('where sizes have names, one file does for all of them', () => {
  test('a decoder of any batch and length', async () => {
    const table = embedding(11, 8)
    const decoder = sequential(
      residual(layerNorm(8), multiheadAttention(8, 2, { isCausal: true })),
      linear(8, 11),
    )
    const build = (tokens: Value) => ({ logits: decoder(table(tokens as Value<Shape, 'i32'>)) })
    const bytes = writeOnnx(({ tokens }) => build(there(tokens)), {
      inputs: { tokens: { shape: ['batch', 'length'], dtype: 'i32' } },
    })
    const model = readOnnx(bytes)
    expect(model.outputs.map(({ axes }) => axes)).toEqual([['batch', 'length', 11]])
    const loaded = await loadOnnx(bytes)
    for (const [batch, length] of [
      [1, 1],
      [3, 5],
    ] as const) {
      const network = graph(build(input('tokens', [batch, length], { dtype: 'i32' })))
      const feeds = feedsOf(network.inputs)
      const expected = evaluate(network, { feeds }).outputs
      expect(differences(await loaded.run(feeds), expected, tolerance)).toEqual([])
      const again = graph(model.build({ batch, length }).outputs)
      expect(differences(evaluate(again, { feeds }).outputs, expected, tolerance)).toEqual([])
    }
    await loaded.release()
  })

  test('a training step of any batch, whose means and variances are divided by it', async () => {
    const network = sequential(linear(4, 6), batchNorm1d(6), tanh, linear(6, 3))
    const build = (x: Value, labels: Value): { outputs: { J: Value }; updates: Update[] } => {
      const pass = trainingPass({ seed: 2 })
      const J = crossEntropy(network.training(pass)(x), labels as Value<Shape, 'i32'>)
      return { outputs: { J }, updates: [...sgd(J, { learningRate: 0.1 }), ...pass.updates] }
    }
    const inputs = {
      x: { shape: ['batch', 4] },
      labels: { shape: ['batch'], dtype: 'i32' },
    } as const
    const builder: OnnxBuilder = ({ x, labels }) => build(there(x), there(labels))
    const start = await runOnnx(writeOnnxStates(builder, { inputs }), {})
    const step = await loadOnnx(writeOnnx(builder, { inputs }))
    for (const batch of [2, 7]) {
      const labels = input('labels', [batch], { dtype: 'i32' })
      const { outputs, updates } = build(input('x', [batch, 4]), labels)
      const feeds = feedsOf(graph(outputs).inputs)
      const expected = evaluate(graph(outputs, updates), { feeds })
      const own = Object.values(await step.run({ ...feeds, ...start }))
      const wanted = [...Object.values(expected.outputs), ...expected.updates]
      expect(differences(numbered(own), numbered(wanted), tolerance)).toEqual([])
    }
    await step.release()
  })

  test('a graph that differs from size to size is refused', () => {
    const build: OnnxBuilder = ({ x }) => {
      const given = there(x)
      return { y: (given.shape[0] ?? 0) > 40 ? given.add(1) : given.multiply(2) }
    }
    expect(() => writeOnnx(build, { inputs: { x: { shape: ['batch', 2] } } })).toThrow(
      /got {7}Mul,Add/,
    )
    const windows: OnnxBuilder = ({ x }) => ({
      y: there(x).slice([[0, Math.floor((there(x).shape[0] ?? 0) / 2)]]),
    })
    expect(() => writeOnnx(windows, { inputs: { x: { shape: ['n'] } } })).toThrow(
      /18 for 37; 26 for 53/,
    )
  })
})

test('an output that is called as an input is the next of it', async () => {
  const h = input('h', [2])
  const bytes = writeOnnx({
    h: h.multiply(0.5),
    same: h,
    weight: parameter('weight', [2], { init: 1 }),
  })
  const outputs = await runOnnx(bytes, { h: tensor([2, 4]) })
  expect(Object.entries(outputs).map(([name, { data }]) => [name, [...data].map(Number)])).toEqual([
    ['h.next', [1, 2]],
    ['same', [2, 4]],
    ['weight', [1, 1]],
  ])
})

test('values keep their names, and what nothing needs is left out', () => {
  const x = input('x', [3])
  const y = x.multiply(2).named('twice').add(1)
  const { operators, weights } = readOnnx(writeOnnx({ y, last: sort(y)[0] }))
  expect(operators).toEqual({ Mul: 1, Add: 1, TopK: 1 })
  expect([...weights.values()].map(({ data }) => [...data].map(Number))).toEqual([[2], [1], [3]])
})

function perceptron(x: Value): Value {
  return sequential(linear(4, 8), tanh, linear(8, 2))(x)
}
