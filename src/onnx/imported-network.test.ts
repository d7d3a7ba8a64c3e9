import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fileOf, node, port, weight } from '../../test/support/onnx-model.ts'
import { there } from '../../test/support/recorded.ts'
import { input } from '../gates/input.ts'
import { evaluate } from '../interpret/interpret.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import { type Tensor, tensor, toNumbers } from '../ir/tensor.ts'
import type { Layer } from '../nn/index.ts'
import { importedLayer, importNetwork } from './imported-network.ts'
import { onnxLayer } from './onnx-layer.ts'
import { readOnnx } from './read-onnx.ts'

const bytesOf = (name: string) =>
  readFileSync(new URL(`../../test/vectors/onnx/${name}.onnx`, import.meta.url))
const digits = () => readOnnx(bytesOf('digits'), { name: 'digits.onnx' })

/** Two images of other numbers each. */
const images = tensor(
  Array.from({ length: 2 }, (_, n) =>
    Array.from({ length: 64 }, (_, k) => ((k * (n + 3)) % 17) / 16),
  ),
)

function run(layer: Layer, x: Tensor = images, states?: ReadonlyMap<string, Tensor>): number[] {
  const graph = new Graph({ y: layer(input('x', x.shape)) })
  const { y } = evaluate(graph, { feeds: { x }, ...(states && { states }) }).outputs
  return toNumbers(there(y))
}

function contentsOf(layer: Layer) {
  const states = [...Object.values(layer.parameters), ...Object.values(layer.buffers)].map(stateOf)
  const graph = new Graph(
    Object.fromEntries(states.map(({ key }) => [key, there(byKey(layer, key))])),
  )
  return new Map(Object.entries(evaluate(graph).outputs))
}

function byKey({ parameters, buffers }: Layer, key: string) {
  return { ...parameters, ...buffers }[key]
}

describe('the head of a file', () => {
  test('is its last linear layer, with the value that this reads', () => {
    expect(digits().head).toEqual({ name: 'fc', features: '/Relu_2_output_0' })
    expect(readOnnx(bytesOf('cnn')).head?.name).toBe('head') // before its log softmax
    expect(readOnnx(bytesOf('decoder')).head).toBeUndefined()
  })
})

describe('a layer of a file', () => {
  test('gives what the file gives, and owns its weights and statistics', () => {
    const model = digits()
    const layer = onnxLayer(model)
    const { inputs, outputs } = model.build({ batch: 1 })
    expect(layer(input('x', [5, 1, 8, 8])).shape).toEqual([5, 10])
    expect([inputs.image?.shape, outputs.logits?.shape]).toEqual([
      [1, 1, 8, 8],
      [1, 10],
    ])
    expect(Object.keys(layer.parameters)).toEqual([
      ...['conv1.weight', 'bn1.weight', 'bn1.bias', 'conv2.weight', 'bn2.weight', 'bn2.bias'],
      ...['hidden.weight', 'hidden.bias', 'fc.weight', 'fc.bias'],
    ])
    expect(Object.keys(layer.buffers)).toEqual([
      ...['bn1.running_mean', 'bn1.running_var', 'bn2.running_mean', 'bn2.running_var'],
    ])
  })

  test('has other weights, under keys of their own, at another place', () => {
    const layer = onnxLayer(digits(), { output: '/Relu_2_output_0' })
    const placed = layer.at('body')
    const key = stateOf(there(placed.parameters['conv1.weight'])).key
    expect(key).toBe('body.conv1.weight')
    expect(Object.keys(placed.parameters)).toEqual(Object.keys(layer.parameters))
    expect(placed(input('x', [1, 1, 8, 8])).shape).toEqual([1, 32])
  })

  test('is refused where there are several inputs', () => {
    expect(() => onnxLayer(readOnnx(bytesOf('gru')))).toThrow('takes several inputs')
  })
})

describe('an imported network', () => {
  test('takes rows, and gives what the layer of the file does', () => {
    const { layer, widths, spec } = importNetwork(digits())
    expect(widths).toEqual([64, 10])
    expect(spec.exampleShape).toEqual([1, 8, 8])
    const given = onnxLayer(digits())
    const graph = new Graph({ y: given(input('x', [2, 1, 8, 8])) })
    const reshaped = { ...images, shape: [2, 1, 8, 8] }
    expect(run(layer)).toEqual(
      toNumbers(there(evaluate(graph, { feeds: { x: reshaped } }).outputs.y)),
    )
  })

  test('has a new head under the name of the old one, as PyTorch keeps weights', () => {
    const model = digits()
    const { layer, spec, widths } = importNetwork(model, {
      output: model.head?.features,
      head: { name: 'fc', widths: [3], activation: 'relu' },
    })
    expect(widths).toEqual([64, 3])
    expect(spec.head).toEqual({ name: 'fc', widths: [32, 3], activation: 'relu' })
    expect(layer.parameters['fc.weight']?.shape).toEqual([3, 32])
  })

  test('puts its head beside weights that have the name', () => {
    const { spec } = importNetwork(digits(), {
      output: '/Relu_2_output_0',
      head: { name: 'hidden', widths: [16, 3], activation: 'tanh' },
    })
    expect(spec.head).toMatchObject({ name: 'new_hidden', widths: [32, 16, 3] })
  })

  // cnn has norms, encoder weights without names, mlp a name of its input that is its own.
  test.each([
    ['digits', [1, 8, 8]],
    ['cnn', [1, 10, 10]],
    ['encoder', [5, 8]],
    ['mlp', [4]],
  ])('of %s is built again from its JSON, with its weights, to the bit', (name, exampleShape) => {
    const { layer, spec, widths } = importNetwork(readOnnx(bytesOf(name)))
    expect(spec.exampleShape).toEqual(exampleShape)
    const again = importedLayer(JSON.parse(JSON.stringify(spec)))
    expect(Object.keys(again.parameters)).toEqual(Object.keys(layer.parameters))
    expect(Object.keys(again.buffers)).toEqual(Object.keys(layer.buffers))
    const row = (n: number) => Array.from({ length: widths[0] }, (_, k) => ((k + n) % 7) / 7)
    const x = tensor([row(1), row(2)])
    const states = contentsOf(layer)
    expect(run(again, x, states)).toEqual(run(layer, x, states))
    expect(run(again, x)).not.toEqual(run(layer, x)) // its own weights are none
  })

  test('keeps no weight in its JSON', () => {
    const [{ spec }, bytes] = [importNetwork(digits()), bytesOf('digits')]
    expect(atob(spec.graph).length).toBeLessThan(bytes.length / 4)
  })

  test('whose file keeps a batch of one size is refused, with what to export', () => {
    const bytes = fileOf({
      node: [node('Mul', ['x', 'w'], ['y'])],
      input: [port('x', 'float', [1, 2])],
      output: [port('y')],
      initializer: [weight('w', 'float', [2], [1, 2])],
    })
    expect(() => importNetwork(readOnnx(bytes))).toThrow('dynamic_axes={"x": {0: "batch"}}')
    const free = readOnnx(bytes, { axes: { x: ['batch', 2] } })
    expect(importNetwork(free).widths).toEqual([2, 2])
    // It was traced with a view that has the batch as a number.
    const residual = readOnnx(bytesOf('residual'), { axes: { x: ['batch', 3, 16, 16] } })
    expect(() => importNetwork(residual)).toThrow('node "/fc/Gemm"')
  })

  test('is refused where its graph is damaged', () => {
    const spec = { graph: 'no base64 !', exampleShape: [2] }
    expect(() => importedLayer(spec, 'm.safetensors')).toThrow(
      'm.safetensors: its graph is damaged',
    )
    expect(() => importedLayer({ graph: btoa('nothing'), exampleShape: [2] })).toThrow('FILE')
    const { spec: whole } = importNetwork(digits())
    const cut = { ...whole, graph: whole.graph.slice(0, -40) }
    expect(() => importedLayer(cut)).toThrow('FILE')
    const head = { name: 'fc', widths: [7, 3], activation: 'relu' }
    expect(() => importedLayer({ ...whole, head })).toThrow('its head does not fit its graph')
  })
})

describe('other sizes of inputs', () => {
  test('must be of an input, and as many as it has axes', () => {
    const bytes = bytesOf('mlp')
    expect(() => readOnnx(bytes, { axes: { y: [1] } })).toThrow('no input "y"')
    expect(() => readOnnx(bytes, { axes: { x: [1] } })).toThrow('another number of axes')
  })
})

test('a value that is not there is named with the nearest', () => {
  const model = digits()
  expect(() => model.build({ batch: 1 }, { outputs: ['/Relu_2_output'] })).toThrow(
    'did you mean "/Relu_2_output_0"?',
  )
})
