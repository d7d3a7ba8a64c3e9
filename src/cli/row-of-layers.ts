/**
 * Weights without a network, as `torch.save(model.state_dict())` writes them: which layers they are of is
 * not in the file, but a row of linear layers can be told by its shapes.
 */
import { SluiceError } from '../errors.ts'
import { loadStateDict, readSafetensors, readTorch } from '../formats/index.ts'
import type { Tensor } from '../ir/tensor.ts'
import { formatType } from '../ir/value.ts'
import { buildNetwork, type NetworkSpec } from '../nn/index.ts'
import { loadModel, type Model } from '../train/index.ts'
import { readBytes } from '../train/read-bytes.ts'
import type { FileKind } from './file-kind.ts'

/**
 * The model of a file: one that we saved, or a row of linear layers of which it has the weights, with
 * `activation` between them.
 *
 * Throws: FILE as `loadModel` and `readTorch`, and for weights of anything else than such a row.
 */
export async function modelOfFile(
  path: string,
  kind: FileKind,
  activation = 'relu',
): Promise<Model> {
  if (kind === 'torch') {
    const bytes = await readBytes(path, 2 ** 31)
    return rowOfLayers(path, readTorch(bytes, { name: path }).tensors, activation)
  }
  if (kind === 'safetensors') {
    const bytes = await readBytes(path, 2 ** 31)
    const { tensors, metadata } = readSafetensors(bytes, { name: path })
    if (!metadata.has('sluice')) return rowOfLayers(path, tensors, activation)
  }
  if (kind in otherKinds) throw noNetwork(path, otherKinds[kind] ?? kind)
  return loadModel(path)
}

/** Files that hold no network that these commands could take. */
const otherKinds: Readonly<Partial<Record<FileKind, string>>> = {
  npz: 'arrays of NumPy',
  npy: 'an array of NumPy',
  json: 'JSON',
  graph: 'the text of a graph',
}

function noNetwork(path: string, got: string): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `${path} is no network`,
    expected: 'a model that `sluice train` saved, an ONNX file, or a .pt file of linear layers',
    got,
    fix:
      got === otherKinds.graph
        ? 'open it with sluice studio'
        : '`sluice convert` writes weights in other formats',
  })
}

function rowOfLayers(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  activation: string,
): Model {
  const matrices = [...tensors].filter(([, { shape }]) => shape.length === 2)
  const layers = matrices.map(([key, { shape }]) => ({ key, inputs: shape[1], outputs: shape[0] }))
  const isRow = layers.every(({ key, outputs, inputs }, at) => {
    const bias = tensors.get(key.replace(/weight$/, 'bias'))
    const isNext = at === 0 || layers[at - 1]?.outputs === inputs
    return key.endsWith('weight') && bias?.shape.length === 1 && bias.shape[0] === outputs && isNext
  })
  if (!isRow || layers.length === 0 || tensors.size !== 2 * layers.length) {
    throw noRow(path, tensors)
  }
  const widths = [layers[0]?.inputs ?? 1, ...layers.map(({ outputs = 1 }) => outputs)]
  const isOne = widths.at(-1) === 1
  const network: NetworkSpec = {
    ...{ layers: widths, activation },
    criterion: isOne ? 'mse' : 'crossEntropy',
    task: isOne ? 'regression' : 'classification',
  }
  const layer = buildNetwork(network)
  const names = Object.values(layer.torch).map(({ name }) => name)
  const given = layers.flatMap(({ key }) => [key, key.replace(/weight$/, 'bias')])
  const renamed = new Map(
    given.map((key, at): [string, Tensor] => [names[at] ?? '', tensors.get(key) as Tensor]), // found above
  )
  return { network, layer, store: loadStateDict(layer, renamed).store }
}

function noRow(path: string, tensors: ReadonlyMap<string, Tensor>): SluiceError {
  const some = [...tensors].slice(0, 4).map(([key, tensor]) => `${key} ${formatType(tensor)}`)
  return new SluiceError({
    code: 'FILE',
    what: `${path} has weights, but does not say how they make a network`,
    expected:
      'a network: an ONNX file, or a model that Sluice saved; or the weights of linear layers in a row',
    got: `${tensors.size} tensors: ${some.join(', ')}${tensors.size > 4 ? ', …' : ''}`,
    fix: 'export it in Python: torch.onnx.export(model, x, "model.onnx"); or load them in a program, by loadStateDict',
  })
}
