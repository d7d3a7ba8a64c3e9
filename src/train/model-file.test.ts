import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { there } from '../../test/support/recorded.ts'
import { compile } from '../compile.ts'
import { fitPreparation, iris, prepare, xor } from '../data/index.ts'
import { readSafetensors, writeSafetensors } from '../formats/index.ts'
import { input } from '../gates/input.ts'
import { tensor } from '../ir/tensor.ts'
import { type NetworkSpec, partsOf, predictionOf } from '../nn/index.ts'
import { createStore } from '../runtime/store.ts'
import { fit as fitModel } from './fit.ts'
import type { ModelFacts } from './model-document.ts'
import { decodeModel, encodeModel, loadModel, saveModel } from './model-file.ts'
import { checkFits } from './network-widths.ts'
import { buildOptimizer } from './optimizer-spec.ts'

let folder = ''
let path = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-model-'))
  path = join(folder, 'iris.safetensors')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const network: NetworkSpec = {
  layers: [4, 5, 3],
  activation: 'tanh',
  criterion: 'crossEntropy',
  task: 'classification',
  inputs: ['sepal length', 'sepal width', 'petal length', 'petal width'],
  target: 'species',
}

async function trained() {
  const raw = await iris()
  const preparation = fitPreparation(raw)
  const train = prepare(raw, preparation)
  const optimizer = buildOptimizer({ name: 'adam', learningRate: 0.05 })
  const result = await fitModel({
    ...partsOf(network),
    optimizer,
    train,
    heldOut: train,
    epochs: 3,
  })
  const { heldOut } = result
  const facts: ModelFacts = {
    network,
    preparation,
    classes: raw.classes ?? [],
    metrics: { loss: heldOut?.loss ?? Number.NaN, accuracy: heldOut?.accuracy ?? Number.NaN },
    plan: { epochs: 3, optimizer: 'adam' },
  }
  return { result, facts, train }
}

test('a model that version 1 of the document describes is read, and saved as the newest', async () => {
  // Made by `sluice train data/iris.csv --target species --epochs 3 --hidden 3` when that was the newest.
  const file = new URL('../../test/vectors/model-version-1.safetensors', import.meta.url)
  const { layer, store, network: saved, ...facts } = await loadModel(fileURLToPath(file))
  expect(saved.layers).toEqual([4, 3, 3])
  expect(facts.classes).toEqual(['setosa', 'versicolor', 'virginica'])
  const program = await compile(({ x }) => ({ probabilities: predictionOf(saved, layer(x)) }), {
    inputs: { x: { shape: [null, 4] } },
    store,
  })
  const { inputs } = prepare(await iris(), there(facts.preparation))
  const { probabilities } = program.run({ x: inputs })
  // What that version's `sluice predict` printed of the first flower.
  const [first] = (await probabilities.array()) as number[][] // two axes
  expect(first?.map((number) => number.toFixed(6))).toEqual(['0.309182', '0.410628', '0.280190'])

  const bytes = encodeModel({ network: saved, ...facts, store })
  const { metadata } = readSafetensors(bytes)
  expect(metadata.get('sluice')).toMatch(/"format":"sluice-model","version":2}$/)
  expect(decodeModel(bytes)).toMatchObject({ network: saved, ...facts })
})

describe('a saved model', () => {
  test('predicts what the trained one does, to the bit, and says what it is', async () => {
    const { result, facts, train } = await trained()
    await saveModel(path, { ...facts, store: result.store })
    const { layer, store, ...loaded } = await loadModel(path)
    expect(loaded).toEqual(facts)
    const inputs = { x: { shape: [null, 4] } } as const
    const predict = async (model: typeof layer, weights: typeof store) => {
      const build = ({ x }: { readonly x: Parameters<typeof layer>[0] }) => ({
        prediction: predictionOf(network, model(x)),
      })
      const program = await compile(build, { inputs, store: weights })
      return program.run({ x: train.inputs }).prediction.data()
    }
    expect(await predict(layer, store)).toEqual(await predict(layer, result.store))
  })

  test('is the same file, bit by bit, when it is saved again', async () => {
    const { result, facts } = await trained()
    const bytes = encodeModel({ ...facts, store: result.store })
    const { layer: _, ...model } = decodeModel(bytes)
    expect(encodeModel(model)).toEqual(bytes)
  })

  test('is read by others: weights under the keys of torch.nn.Sequential', async () => {
    const { result, facts } = await trained()
    const { tensors } = readSafetensors(encodeModel({ ...facts, store: result.store }))
    const types = [...tensors].map(([key, { dtype, shape }]) => `${key} ${dtype} ${shape}`)
    expect(types).toEqual(['0.bias f32 5', '0.weight f32 4,5', '2.bias f32 3', '2.weight f32 5,3'])
  })
})

describe('an imported network', () => {
  async function saved() {
    const onnx = await import('../onnx/index.ts')
    const file = new URL('../../test/vectors/onnx/digits.onnx', import.meta.url)
    const { layer, spec } = onnx.importNetwork(onnx.readOnnx(await readFile(file)))
    const own: NetworkSpec = {
      ...{ layers: [64, 10], activation: 'relu', criterion: 'crossEntropy' },
      ...{ task: 'classification', imported: spec },
    }
    const store = createStore()
    const program = await compile({ y: layer(input('x', [1, 64])) }, { store })
    const x = new Float32Array(64).fill(0.5)
    return { onnx, layer, own, store, x, y: await program.run({ x }).y.data() }
  }

  test('is saved and loaded with its graph, and predicts the same, to the bit', async () => {
    const { layer, own, store, x, y } = await saved()
    const path = join(folder, 'imported.safetensors')
    await saveModel(path, { network: own, layer, store })
    const model = await loadModel(path)
    expect(model.network).toEqual(own)
    const program = await compile({ y: model.layer(input('x', [1, 64])) }, { store: model.store })
    expect(await program.run({ x }).y.data()).toEqual(y)
  })

  test('asks for what reads it, where there are bytes alone', async () => {
    const { onnx, layer, own, store } = await saved()
    const bytes = encodeModel({ network: own, layer, store })
    expect(() => decodeModel(bytes)).toThrow('decodeModel(bytes, name, { importedLayer })')
    expect(decodeModel(bytes, 'model', onnx).network.layers).toEqual([64, 10])
    expect(() => encodeModel({ network: own, store })).toThrow('this one was imported')
  })

  test('is refused without one of its statistics, which its graph does not have', async () => {
    const { onnx, layer, own, store } = await saved()
    const { tensors, metadata } = readSafetensors(encodeModel({ network: own, layer, store }))
    const without = new Map([...tensors].filter(([key]) => key !== 'bn1.running_mean'))
    const bytes = writeSafetensors(without, { metadata: Object.fromEntries(metadata) })
    expect(() => decodeModel(bytes, 'm', onnx)).toThrow('weight "bn1.running_mean"')
  })
})

describe('a model file is refused, with the whole message,', () => {
  /** What loading the bytes says, by the name that the file has. */
  const refusal = async (bytes: Uint8Array | string) => {
    await writeFile(path, bytes)
    return loadModel(path).then(
      () => 'it was loaded',
      (error: Error) => error.message.replaceAll(`${folder}/`, ''),
    )
  }
  const whole = async () => {
    const { result, facts } = await trained()
    return encodeModel({ ...facts, store: result.store })
  }
  const changed = async (edit: (file: ReturnType<typeof readSafetensors>) => object) => {
    const file = readSafetensors(await whole())
    const { tensors, metadata } = { ...file, ...edit(file) }
    return writeSafetensors(tensors, { metadata: Object.fromEntries(metadata) })
  }

  test('that is cut off', async () => {
    const bytes = await whole()
    expect(await refusal(bytes.subarray(0, bytes.length - 10))).toBe(
      'FILE iris.safetensors is cut off\n' +
        '  expected  172 bytes of elements, as its header says\n' +
        '  got       162 bytes\n' +
        '  fix       save or copy it again',
    )
    expect(await refusal('')).toBe(
      'FILE iris.safetensors is empty\n' +
        '  expected  a safetensors file\n' +
        '  got       0 bytes\n' +
        '  fix       save or copy it again',
    )
  })

  test('that is a picture or a table', async () => {
    const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13])
    expect(await refusal(png)).toBe(
      'FILE iris.safetensors is no safetensors file\n' +
        '  expected  the length of its header in 8 bytes, then the header, which begins "{"\n' +
        '  got       a PNG picture\n' +
        '  fix       give a model that was saved as safetensors',
    )
    expect(await refusal('sepal length,species\n5.1,setosa\n')).toBe(
      'FILE iris.safetensors is no safetensors file\n' +
        '  expected  the length of its header in 8 bytes, then the header, which begins "{"\n' +
        '  got       text that begins "sepal length,spe"\n' +
        '  fix       give a model that was saved as safetensors',
    )
  })

  test('that another program saved', async () => {
    const tensors = { 'encoder.weight': tensor([1]), 'encoder.bias': tensor([1]) }
    const bytes = writeSafetensors(tensors, { metadata: { format: 'pt' } })
    expect(await refusal(bytes)).toBe(
      'FILE iris.safetensors is a safetensors file, but no model that Sluice saved\n' +
        '  expected  metadata under "sluice" that say what network it is\n' +
        '  got       2 tensors: "encoder.bias", "encoder.weight"\n' +
        '  fix       give a model that `sluice train --out` or saveModel saved; readSafetensors reads the tensors of any',
    )
  })

  test('whose weights are not those of its network', async () => {
    const other = tensor([
      [1, 2],
      [3, 4],
    ])
    const bytes = await changed(({ tensors }) => ({
      tensors: new Map([...tensors, ['0.weight', other]]),
    }))
    expect(await refusal(bytes)).toBe(
      'FILE iris.safetensors: its weights are not those of its network\n' +
        '  where     weight "0.weight"\n' +
        '  expected  f32[4, 5]\n' +
        '  got       f32[2, 2]\n' +
        '  fix       train and save it again',
    )
    const more = await changed(({ tensors }) => ({
      tensors: new Map([...tensors, ['4.weight', other]]),
    }))
    expect(await refusal(more)).toContain(
      '  where     weight "4.weight"\n  expected  no such weight\n  got       f32[2, 2]\n',
    )
    const fewer = await changed(({ tensors }) => ({
      tensors: new Map([...tensors].filter(([key]) => key !== '2.bias')),
    }))
    expect(await refusal(fewer)).toContain(
      '  where     weight "2.bias"\n  expected  f32[3]\n  got       none\n',
    )
  })

  const described = (document: unknown) =>
    changed(() => ({ metadata: new Map([['sluice', JSON.stringify(document)]]) }))

  test('that a later version saved', async () => {
    expect(await refusal(await described({ format: 'sluice-model', version: 3, network }))).toBe(
      'FILE iris.safetensors: its model is of a later version\n' +
        '  expected  version 2 or an earlier one\n' +
        '  got       version 3\n' +
        '  fix       read it with the version of Sluice that saved it, or a later one',
    )
  })

  test('that describes itself as no document at all', async () => {
    expect(await refusal(await described('a text'))).toBe(
      'FILE iris.safetensors: its model is no document of Sluice\n' +
        '  expected  an object with "format": "sluice-model" and a version\n' +
        '  got       "a text"\n' +
        '  fix       give what Sluice wrote, unchanged',
    )
  })

  test.each([
    [{ format: 1, network: [] }, 'network', 'an object', '[]'],
    [
      { format: 1, network: { ...network, layers: [4, -1] } },
      'network.layers',
      'two widths or more',
      '[4,-1]',
    ],
    [
      { format: 1, network: { ...network, layers: [4, 2 ** 40] } },
      'network.layers',
      'two widths or more',
      '[4,1099511627776]',
    ],
    [
      { format: 1, network: { ...network, task: 'sorting' } },
      'network.task',
      'classification or regression',
      'sorting',
    ],
    [
      { format: 1, network: { ...network, imported: { graph: 1 } } },
      'network.imported.graph',
      'an ONNX graph in base64',
      '1',
    ],
    [
      { format: 1, network: { ...network, imported: { graph: '', exampleShape: [-1] } } },
      'network.imported.exampleShape',
      'sizes',
      '[-1]',
    ],
    [{ format: 1, network, classes: [1] }, 'classes', 'a list of texts', '[1]'],
    [
      { format: 1, network, preparation: { format: 'mine' } },
      'preparation, format',
      'the JSON of a Preparation, version 1',
      '"mine"',
    ],
  ])('that describes itself as %j', async (document, where, expected, got) => {
    expect(await refusal(await described(document))).toBe(
      'FILE iris.safetensors: its description is damaged\n' +
        `  where     ${where}\n` +
        `  expected  ${expected}\n` +
        `  got       ${got}\n` +
        '  fix       train and save it again',
    )
  })

  test('that names an activation that is not there', async () => {
    const other = { format: 1, network: { ...network, activation: 'tahn' } }
    expect(await refusal(await described(other))).toMatch(
      /^NAME network: there is no activation "tahn"\n.*\n {2}got {7}"tahn"\n {2}fix {7}did you mean "tanh"\?$/,
    )
  })

  test('that is not there, or a folder', async () => {
    await expect(loadModel(join(folder, 'no.safetensors'))).rejects.toThrow(
      /^FILE .*no\.safetensors cannot be read: there is no such file\n {2}got {7}ENOENT: no such file or directory\n {2}fix {7}check its name and the folder that you are in$/,
    )
    await expect(loadModel(folder)).rejects.toThrow(/cannot be read: it is a folder\n/)
  })

  test('that is larger than allowed', async () => {
    const bytes = await whole()
    await writeFile(path, bytes)
    await expect(loadModel(path, { maxBytes: 100 })).rejects.toThrow(
      `FILE ${path} is too large\n` +
        '  expected  at most 100 bytes\n' +
        `  got       ${bytes.length}\n` +
        '  fix       raise maxBytes if you trust where it comes from',
    )
  })

  test('whose layers do not fit the data', () => {
    expect(() => checkFits(network, xor(), 'iris.safetensors')).toThrow(
      'DATA iris.safetensors: the model does not fit the data\n' +
        '  where     dataset "xor"\n' +
        '  expected  4 inputs, 3 classes, a classification\n' +
        '  got       2 inputs, 1 classes, a classification\n' +
        '  fix       give the data that it was trained for, or train a model for these',
    )
  })
})

test('a checkpoint of a function without a name is no model to predict with', async () => {
  const train = xor()
  const { model, criterion } = partsOf({
    layers: [2, 3, 1],
    activation: 'sigmoid',
    criterion: 'mse',
  })
  const optimizer = buildOptimizer({ name: 'sgd', learningRate: 0.1 })
  await fitModel({ model, criterion, optimizer, train, epochs: 1, checkpoint: { path } })
  await expect(loadModel(path)).rejects.toThrow(
    `FILE ${path}: it does not say what network it is\n` +
      '  expected  layers and an activation by name\n' +
      '  got       a checkpoint of a model that is a function\n' +
      '  fix       give `checkpoint: { model: { network } }` to fit, or load it with loadCheckpoint',
  )
})
