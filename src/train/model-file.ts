/**
 * A model is one safetensors file: its weights under the keys of its parameters, and what it is in
 * the metadata. A checkpoint is the same with more in it, under names that begin `training/`.
 */
import { SluiceError } from '../errors.ts'
import { readSafetensors, type SafetensorsFile, writeSafetensors } from '../formats/index.ts'
import { stateOf } from '../ir/graph.ts'
import { sameShape } from '../ir/shape.ts'
import type { State } from '../ir/state.ts'
import type { Tensor } from '../ir/tensor.ts'
import { formatType } from '../ir/value.ts'
import { buildNetwork, type ImportedSpec, type Layer } from '../nn/index.ts'
import { createStore, type Store } from '../runtime/store.ts'
import { type FileSystem, writeAtomically } from './atomic-file.ts'
import { decodeDocument, encodeDocument, type ModelFacts } from './model-document.ts'
import { readBytes } from './read-bytes.ts'

/** Where what only training needs stands in a file. */
export const trainingPrefix = 'training/'

export interface Model extends ModelFacts {
  /** From inputs to outputs; `predictionOf` says what those mean. */
  readonly layer: Layer
  /** The weights, for programs: `compile(…, { store })`. */
  readonly store: Store
}

/**
 * Saves a network with its weights in one file, which is there whole or not at all. One that was
 * imported is given with its `layer`.
 *
 * Throws: FILE where it cannot be written: what was there before is still whole; STATE where
 * `store` lacks a weight of the network.
 *
 * @example
 * await saveModel('wine.safetensors', { network, store: result.store, classes: dataset.classes })
 */
export async function saveModel(
  path: string,
  model: ModelFacts & { readonly store: Store; readonly layer?: WithStates },
  options: { readonly files?: FileSystem } = {},
): Promise<void> {
  await writeAtomically(path, encodeModel(model), options)
}

/**
 * Loads a model that `saveModel` or a checkpoint saved.
 *
 * Throws: FILE where it cannot be read, is cut off or damaged, is of another format or another
 * program, or where its weights are not those of its network.
 *
 * @example
 * const { layer, store, network } = await loadModel('wine.safetensors')
 * const program = await compile(
 *   ({ x }) => ({ prediction: predictionOf(network, layer(x)) }),
 *   { inputs: { x: { shape: [null, network.layers[0]] } }, store },
 * )
 */
export async function loadModel(
  path: string,
  options: { readonly maxBytes?: number } = {},
): Promise<Model> {
  const file = readModel(await readBytes(path, options.maxBytes ?? 2 ** 31), path)
  // Who loads no imported network needs nothing of what reads them.
  const reader = file.facts.network.imported ? await import('../onnx/index.ts') : {}
  return modelOf(file, reader)
}

/** The bytes of a model's file, where there are no files, as in a browser. */
export function encodeModel({
  store,
  layer,
  ...facts
}: ModelFacts & { readonly store: Store; readonly layer?: WithStates }): Uint8Array<ArrayBuffer> {
  return encodeModelFile(weightsOf(layer ?? buildNetwork(facts.network), store), facts, {})
}

/**
 * Saves what a model of one's own has learned, and its running statistics, in one file, which is
 * there whole or not at all.
 *
 * Throws: FILE where it cannot be written: what was there before is still whole; STATE where `store`
 * lacks one of the model's states.
 *
 * @example
 * await saveWeights('digits.safetensors', { model, store: result.store })
 */
export async function saveWeights(
  path: string,
  { model, store }: { readonly model: WithStates; readonly store: Store },
  options: { readonly files?: FileSystem } = {},
): Promise<void> {
  await writeAtomically(path, encodeModelFile(weightsOf(model, store), {}, {}), options)
}

/**
 * Loads into a store, by default a new one, what `saveWeights` or a checkpoint saved of a model.
 *
 * Throws: FILE where it cannot be read, is cut off, damaged or foreign, or where its weights are not
 * those of the model.
 *
 * @example
 * const store = await loadWeights('digits.safetensors', { model })
 * const program = await compile({ logits: model(x) }, { store })
 */
export async function loadWeights(
  path: string,
  options: { readonly model: WithStates; readonly store?: Store; readonly maxBytes?: number },
): Promise<Store> {
  const { model, store = createStore(), maxBytes = 2 ** 31 } = options
  const file = readSafetensors(await readBytes(path, maxBytes), { name: path })
  factsOf(file, path)
  putWeights(file, { model, store, name: path })
  return store
}

/** What has parameters and buffers: a layer, or any module. */
type WithStates = Pick<Layer, 'parameters' | 'buffers'>

function statesOf({ parameters, buffers }: WithStates): readonly State[] {
  return [...Object.values(parameters), ...Object.values(buffers)].map(stateOf)
}

function weightsOf(model: WithStates, store: Store): ReadonlyMap<string, Tensor> {
  const known = new Set(store.states.map(({ key }) => key))
  // A running statistic that nothing has read or changed is what it begins with.
  const present = statesOf(model).filter(({ key, trainable }) => trainable || known.has(key))
  return new Map(present.map(({ key }) => [key, store.get(key)]))
}

interface PuttingOptions {
  readonly model: WithStates
  readonly store: Store
  readonly name: string
  /** Whether the file has to hold running statistics too. */
  readonly isWhole?: boolean
}

/** Gives the states of a model what a file holds. Throws FILE where that is another model's. */
function putWeights(
  file: SafetensorsFile,
  { model, store, name, isWhole = false }: PuttingOptions,
): void {
  const states = statesOf(model)
  for (const state of states) {
    const weight = file.tensors.get(state.key)
    if (!weight && !state.trainable && !isWhole) continue
    if (weight?.dtype !== state.dtype || !sameShape(weight.shape, state.shape)) {
      throw otherWeight(name, state.key, formatType(state), weight)
    }
  }
  const known = new Set(states.map(({ key }) => key))
  for (const [key, weight] of file.tensors) {
    if (known.has(key) || key.startsWith(trainingPrefix)) continue
    throw otherWeight(name, key, 'no such weight', weight)
  }
  for (const state of states) {
    const weight = file.tensors.get(state.key)
    if (!weight) continue
    store.declare(state, () => weight)
    store.set(state.key, weight)
  }
}

/** What reads the graph of an imported network: `importedLayer` of `sluice/onnx`. */
export interface ModelReader {
  readonly importedLayer?: (spec: ImportedSpec, name: string) => Layer
}

/**
 * The model in the bytes of its file; errors call the file `name`. For networks that were imported it
 * is given what reads them, `{ importedLayer }` of `sluice/onnx`.
 *
 * Throws: FILE as `loadModel`; OPTION for an imported network without a reader.
 */
export function decodeModel(
  bytes: Uint8Array,
  name = 'the model',
  reader: ModelReader = {},
): Model {
  return modelOf(readModel(bytes, name), reader)
}

interface ModelFile {
  readonly name: string
  readonly file: SafetensorsFile
  readonly facts: ModelFacts
}

function readModel(bytes: Uint8Array, name: string): ModelFile {
  const file = readSafetensors(bytes, { name })
  const { network, ...facts } = factsOf(file, name)
  if (!network) throw withoutNetwork(name)
  return { name, file, facts: { network, ...facts } }
}

function modelOf({ name, file, facts }: ModelFile, { importedLayer }: ModelReader): Model {
  const { network } = facts
  const { imported } = network
  if (imported && !importedLayer) throw withoutReader(name)
  const layer = imported && importedLayer ? importedLayer(imported, name) : buildNetwork(network)
  const store = createStore()
  // The graph of an imported network came without what its statistics were.
  putWeights(file, { model: layer, store, name, isWhole: imported !== undefined })
  return { ...facts, layer, store }
}

/** A file of tensors, what is said of them and further metadata. */
export function encodeModelFile(
  tensors: ReadonlyMap<string, Tensor>,
  facts: Partial<ModelFacts>,
  further: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  return writeSafetensors(tensors, { metadata: { sluice: encodeDocument(facts), ...further } })
}

/** What a file says of its model. Throws FILE for one that another program made. */
export function factsOf({ metadata, tensors }: SafetensorsFile, name: string): Partial<ModelFacts> {
  const document = metadata.get('sluice')
  if (document !== undefined) return decodeDocument(document, name)
  const keys = [...tensors.keys()]
  const some = keys.slice(0, 3).map((key) => `"${key}"`)
  throw new SluiceError({
    code: 'FILE',
    what: `${name} is a safetensors file, but no model that Sluice saved`,
    expected: 'metadata under "sluice" that say what network it is',
    got: `${keys.length} tensors${some.length > 0 ? `: ${some.join(', ')}` : ''}${keys.length > 3 ? ' …' : ''}`,
    fix: 'give a model that `sluice train --out` or saveModel saved; readSafetensors reads the tensors of any',
  })
}

function withoutNetwork(name: string): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `${name}: it does not say what network it is`,
    expected: 'layers and an activation by name',
    got: 'a checkpoint of a model that is a function',
    fix: 'give `checkpoint: { model: { network } }` to fit, or load it with loadCheckpoint',
  })
}

function withoutReader(name: string): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: `${name}: its network was imported from ONNX`,
    expected: 'what reads such a graph: decodeModel(bytes, name, { importedLayer })',
    got: 'no importedLayer',
    fix: "import { importedLayer } from 'sluice/onnx'",
  })
}

function otherWeight(
  name: string,
  key: string,
  expected: string,
  weight: Tensor | undefined,
): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `${name}: its weights are not those of its network`,
    where: `weight "${key}"`,
    expected,
    got: weight ? formatType(weight) : 'none',
    fix: 'train and save it again',
  })
}
