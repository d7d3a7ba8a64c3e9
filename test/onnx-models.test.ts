/** Networks that PyTorch exported (test/vectors/onnx/models.py): its outputs and gradients, to 1e-5. */
import { readFileSync } from 'node:fs'
import { compile, evaluate, explain, type Graph, gradients, graph, sgd, type Value } from 'sluice'
import { draw } from 'sluice/draw'
import { type OnnxModel, readOnnx } from 'sluice/onnx'
import { describe, expect, test } from 'vitest'
import { numberAt, type Tensor, tensor } from '../src/ir/tensor.ts'
import { there } from './support/recorded.ts'
import recording from './vectors/onnx/models.json' with { type: 'json' }

interface Recorded {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

interface Record {
  readonly inputs: Readonly<{ [name: string]: Recorded }>
  readonly outputs: readonly Recorded[]
  readonly gradients?: Readonly<{ [name: string]: Recorded }>
}

// JSON types its records one by one.
const records = Object.entries(recording.models as Readonly<{ [name: string]: Record }>)

describe.each(records)('%s', (name, record) => {
  const model = readOnnx(fileOf(name))
  const { outputs } = model.build(sizesOf(model, record))
  const feeds = feedsOf(model, record)

  test('the interpreter gives what PyTorch gave', () => {
    expect(worst(evaluate(graph(outputs), { feeds }).outputs, record)).toBeLessThan(1e-5)
  })

  test('compiled it gives what PyTorch gave', async () => {
    const program = await compile(outputs, { threads: 1 })
    const handles = program.run(feeds)
    const computed = Object.entries(outputs).map(([key, { shape, dtype }]): [string, Tensor] => [
      key,
      tensor(handles[key]?.dataSync() ?? [], { shape, dtype }),
    ])
    expect(worst(Object.fromEntries(computed), record)).toBeLessThan(1e-5)
  })

  test('it can be explained and drawn', () => {
    const network = graph(outputs)
    expect(explain(network).toText()).toContain('FORWARD')
    expect(draw(network).toSvg()).toContain('<svg')
  })
})

const withGradients = records.filter(([, record]) => record.gradients)

test.each(withGradients)(
  '%s has gradients by the names of PyTorch, and they are its own',
  (name, record) => {
    const model = readOnnx(fileOf(name))
    const { outputs, parameters } = model.build(sizesOf(model, record))
    const found = gradients(squares(outputs), Object.values(parameters))
    const wanted = Object.fromEntries(
      Object.keys(parameters).map((key, at) => [key, there(found[at])] as const),
    )
    const computed = evaluate(graph(wanted), { feeds: feedsOf(model, record) }).outputs
    const recorded = Object.entries(record.gradients ?? {})
    const differences = recorded.map(([key, gradient]) => farthest(there(computed[key]), gradient))
    expect(recorded.length).toBeGreaterThan(2)
    expect(Math.max(...differences)).toBeLessThan(1e-5)
  },
)

test('weights have the names of the file, and its batch norms states that are not trained', () => {
  const { outputs, parameters } = readOnnx(fileOf('cnn')).build({ n: 1 })
  expect(Object.keys(parameters).toSorted()).toEqual([
    'bn1.bias',
    'bn1.weight',
    'bn2.bias',
    'bn2.weight',
    'conv1.bias',
    'conv1.weight',
    'conv2.bias',
    'conv2.weight',
    'head.bias',
    'head.weight',
  ])
  const states = [...graph(outputs).names().values()]
  expect(states).toContain('bn1.running_mean')
  expect(readOnnx(fileOf('cnn')).weights.get('bn1.running_var')?.shape).toEqual([4])
})

test('graphs for two sizes train the same weights, with the head of one replaced', async () => {
  const model = readOnnx(fileOf('mlp'))
  const features = model.build({ batch: 3 }, { outputs: ['/3/Elu_output_0'] })
  const { outputs, inputs } = model.build({ batch: 1 })
  expect(there(features.outputs['/3/Elu_output_0']).shape).toEqual([3, 8])
  const J = squares(features.outputs)
  const step = await compile({ J }, { updates: sgd(J, { learningRate: 0.1 }), threads: 1 })
  const predict = await compile(outputs, { store: step.store, threads: 1 })
  expect(Object.keys(inputs)).toEqual(['x'])
  const before = predict
    .run({ x: [[1, 2, 3, 4]] })
    .y0?.dataSync()
    .slice()
  step.run({
    x: [
      [1, 2, 3, 4],
      [0, 1, 0, 1],
      [2, 2, 2, 2],
    ],
  })
  expect(predict.run({ x: [[1, 2, 3, 4]] }).y0?.dataSync()).not.toEqual(before)
})

test('a builder of compile takes its sizes from what is fed', async () => {
  const model = readOnnx(fileOf('attention'))
  const program = await compile(({ ids }) => ({ y: there(model.call({ ids }).y0) }), {
    inputs: { ids: { shape: [null, null], dtype: 'i32' } },
    threads: 1,
  })
  expect(program.run({ ids: [[1, 2, 3]] }).y.shape).toEqual([1, 3, 11])
  expect(
    program.run({
      ids: [
        [1, 2],
        [3, 4],
      ],
    }).y.shape,
  ).toEqual([2, 2, 11])
  expect(program.variants).toBe(2)
})

function fileOf(name: string): Uint8Array {
  return readFileSync(new URL(`vectors/onnx/${name}.onnx`, import.meta.url))
}

function sizesOf(model: OnnxModel, { inputs }: Record): Readonly<{ [axis: string]: number }> {
  const pairs = model.inputs.flatMap(({ name, axes = [] }) =>
    axes.flatMap((axis, at) =>
      typeof axis === 'string' ? [[axis, inputs[name]?.shape[at] ?? 0] as const] : [],
    ),
  )
  return Object.fromEntries(pairs)
}

function feedsOf(model: OnnxModel, { inputs }: Record): Readonly<{ [name: string]: Tensor }> {
  return Object.fromEntries(
    model.inputs.map(({ name, dtype }) => {
      const { shape, data } = there(inputs[name])
      return [name, tensor(Float64Array.from(data), { shape, dtype })]
    }),
  )
}

function squares(outputs: Graph['outputs']): Value {
  const [first] = Object.values(outputs)
  return there(first).square().mean().named('J')
}

function worst(outputs: Readonly<{ [name: string]: Tensor }>, record: Record): number {
  const own = Object.values(outputs)
  return Math.max(...record.outputs.map((wanted, at) => farthest(there(own[at]), wanted)))
}

/** The largest difference, relative to numbers above 1. */
function farthest(own: Tensor, { shape, data }: Recorded): number {
  expect(own.shape).toEqual(shape)
  return Math.max(
    0,
    ...data.map(
      (wanted, at) => Math.abs(numberAt(own, at) - wanted) / Math.max(1, Math.abs(wanted)),
    ),
  )
}
