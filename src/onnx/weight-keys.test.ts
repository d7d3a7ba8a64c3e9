import { expect, test } from 'vitest'
import { node, weight } from '../../test/support/onnx-model.ts'
import type { GraphMessage } from './schema.ts'
import { declareKeys, weightKeys } from './weight-keys.ts'

function graph(nodes: GraphMessage['node'], names: readonly string[]): GraphMessage {
  const initializer = names.map((name) => weight(name, 'float', [1], [0]))
  return { node: nodes, initializer, input: [], output: [] }
}

const none = { metadataProps: [] }
const named = (name: string, opType: string, input: readonly string[]) =>
  node(opType, input, [`${name}_output`], {}, { name })

// The names are those that torch.onnx.export of PyTorch 1.13 gave a ResNet.
test('weights whose names were made up are called after the module that reads them', () => {
  const nodes = [
    named('/layer1/layer1.0/conv1/Conv', 'Conv', ['x', 'onnx::Conv_193', 'onnx::Conv_194']),
    named('/layer2/layer2.0/downsample/downsample.0/Conv', 'Conv', ['x', 'onnx::Conv_200']),
    named('/fc/Gemm', 'Gemm', ['x', 'fc.weight', 'fc.bias']),
  ]
  const names = ['onnx::Conv_193', 'onnx::Conv_194', 'onnx::Conv_200', 'fc.weight', 'fc.bias']
  expect([...weightKeys(graph(nodes, names), none)]).toEqual([
    ['onnx::Conv_193', 'layer1.0.conv1.weight'],
    ['onnx::Conv_194', 'layer1.0.conv1.bias'],
    ['onnx::Conv_200', 'layer2.0.downsample.0.weight'],
  ])
})

test('no two weights get one key, and none that of another weight', () => {
  const nodes = [
    named('/attention/MatMul', 'MatMul', ['x', 'onnx::MatMul_1']),
    named('/attention/MatMul_1', 'MatMul', ['y', 'onnx::MatMul_2']),
    named('/fc/MatMul', 'MatMul', ['z', 'onnx::MatMul_3']),
  ]
  const names = ['onnx::MatMul_1', 'onnx::MatMul_2', 'onnx::MatMul_3', 'fc.weight']
  expect([...weightKeys(graph(nodes, names), none).values()]).toEqual([
    'attention.weight',
    'attention.MatMul_1.weight',
    'fc.MatMul.weight',
  ])
})

test('what no module reads keeps its name', () => {
  const nodes = [
    named('Conv_0', 'Conv', ['x', '12']),
    named('/MatMul', 'MatMul', ['x', 'onnx::MatMul_7']),
    named('/norm/Pow', 'Pow', ['x', 'onnx::Pow_9']),
  ]
  expect([...weightKeys(graph(nodes, ['12', 'onnx::MatMul_7', 'onnx::Pow_9']), none)]).toEqual([])
})

test('keys that a file declares are its own', () => {
  const keys = new Map([['onnx::Conv_1', 'stem.weight']])
  const nodes = [named('/other/Conv', 'Conv', ['x', 'onnx::Conv_1'])]
  const declared = { metadataProps: declareKeys(keys) }
  expect(weightKeys(graph(nodes, ['onnx::Conv_1']), declared)).toEqual(keys)
})
