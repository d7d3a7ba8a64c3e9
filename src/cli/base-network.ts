/** The network that a training goes on from: of an ONNX file or a saved model, with a head for the data. */
import type { ExampleFacts } from '../data/index.ts'
import { SluiceError } from '../errors.ts'
import { input } from '../gates/index.ts'
import { isFloating } from '../ir/dtype.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import { buildNetwork, type HeadSpec, type ImportedSpec, type Layer } from '../nn/index.ts'
import type { OnnxModel } from '../onnx/index.ts'
import { createStore, type Store } from '../runtime/store.ts'
import { loadModel, type Model, widthsFor } from '../train/index.ts'
import { exampleShapeFor } from './example-shape.ts'
import { kindOfFile } from './file-kind.ts'
import { frozenKeys } from './freeze.ts'
import { modelOfFile } from './row-of-layers.ts'
import { UsageError } from './usage.ts'

/** What is done with the network of a file, in JSON. */
export interface BasePlan {
  /** The file, as it was typed. */
  readonly from: string
  /** The keys of what is not trained. */
  readonly frozen: readonly string[]
}

export interface BaseNetwork extends BasePlan {
  /** Widths of its layers; of an imported network, of its inputs and outputs. */
  readonly layers: readonly number[]
  /** Whether nothing learns but a new head. */
  readonly isFrozen: boolean
  /** Between its layers. */
  readonly activation?: string
  readonly imported?: ImportedSpec
  readonly layer: Layer
  /** Whether examples are whole numbers, such as places in a list of words, which nothing may scale. */
  readonly takesIntegers?: boolean
  /** What its layers hold, where that is not what they begin with. */
  readonly store?: Store
}

/** What was typed of it. */
export interface BaseOptions {
  readonly from: string
  /** `new`, `keep`, or the name of the value that the new head reads. Default `new`. */
  readonly head?: string
  /** `all`, a number of layers, or patterns of keys. */
  readonly freeze?: string | true
  readonly hidden?: readonly number[]
  readonly activation?: string
  readonly seed?: number
}

/**
 * The network of a file, with a head for the classes or numbers of a dataset.
 *
 * Throws: OPTION where what was typed does not fit it; DATA where the dataset does not; FILE as
 * `loadModel` and `readOnnx`.
 */
export async function baseNetwork(
  dataset: ExampleFacts,
  options: BaseOptions,
): Promise<BaseNetwork> {
  const { from } = options
  const kind = await kindOfFile(from)
  const base =
    kind === 'onnx'
      ? await ofOnnx(dataset, options)
      : ofModel(dataset, await modelOfFile(from, kind, options.activation), options)
  const { inputs } = widthsFor(dataset)
  if (base.layers[0] !== inputs) throw otherInputs(dataset, base, inputs)
  const keys = keysInOrder(base)
  const frozen = frozenKeys(options.freeze, keys, from)
  return { ...base, frozen, isFrozen: frozen.length === keys.length }
}

/** The network of a training that goes on, as it was saved. */
export async function savedBase(path: string, plan: BasePlan): Promise<BaseNetwork> {
  const { layer, network } = await loadModel(path)
  const { layers, activation, imported } = network
  return { ...plan, isFrozen: false, layers, activation, ...(imported && { imported }), layer }
}

type Unfrozen = Omit<BaseNetwork, 'frozen' | 'isFrozen'>

async function ofOnnx(dataset: ExampleFacts, options: BaseOptions): Promise<Unfrozen> {
  const { from, head = 'new' } = options
  const { loadOnnx } = await import('./onnx-file.ts')
  const { importNetwork } = await import('../onnx/index.ts')
  const model = await loadOnnx(from)
  const { inputs, outputs } = widthsFor(dataset)
  const [port] = model.inputs
  const exampleShape = port && model.inputs.length === 1 ? exampleShapeFor(port, inputs) : undefined
  const { output, spec } = headFor(model, { ...options, head }, outputs)
  const found = importNetwork(model, { output, head: spec, exampleShape })
  const { layer, spec: imported, widths } = found
  if (widths[1] !== outputs) throw keptHead(from, widths[1], outputs)
  const takesIntegers = port !== undefined && !isFloating(port.dtype)
  return { from, layers: widths, imported, layer, takesIntegers }
}

interface ChosenHead {
  readonly output: string | undefined
  readonly spec: HeadSpec | undefined
}

function headFor(
  model: OnnxModel,
  { from, head, hidden = [], activation = 'relu' }: BaseOptions & { readonly head: string },
  outputs: number,
): ChosenHead {
  const widths = [...hidden, outputs]
  if (head === 'keep') {
    if (hidden.length === 0) return { output: undefined, spec: undefined }
    throw hiddenOfKept(hidden)
  }
  const found = model.head
  if (head !== 'new') return { output: head, spec: { name: 'head', widths, activation } }
  if (found) return { output: found.features, spec: { name: found.name, widths, activation } }
  throw new UsageError({
    code: 'OPTION',
    what: `--head new: ${from} has no linear layer at its end`,
    expected: 'a last Gemm or MatMul with weights of its own',
    got: `outputs ${model.outputs.map(({ name }) => name).join(', ')}`,
    fix: 'say which value the new head reads: --head /features/Relu_output_0',
  })
}

function ofModel(dataset: ExampleFacts, model: Model, options: BaseOptions): Unfrozen {
  const { network, layer, store } = model
  const { from, head = 'new', hidden = [], activation, seed = 1 } = options
  const { outputs } = widthsFor(dataset)
  if (network.imported && head !== 'keep') throw importedTwice(from)
  if (head !== 'new' && head !== 'keep') throw noSuchHead(head)
  const { imported, activation: own } = network
  if (head === 'keep') {
    if (hidden.length > 0) throw hiddenOfKept(hidden)
    if (network.layers.at(-1) !== outputs) {
      throw keptHead(from, network.layers.at(-1) ?? 0, outputs)
    }
    return { from, ...network, ...(imported && { imported }), layer, store }
  }
  if (activation !== undefined && activation !== own) throw otherActivation(from, own, activation)
  const layers = [...network.layers.slice(0, -1), ...hidden, outputs]
  const changed = buildNetwork({ layers, activation: own })
  // Its layers but the last have the same keys and shapes in both.
  const kept = Object.entries(layer.parameters).slice(0, -2)
  const begun = createStore({ seed })
  for (const [key] of kept) {
    const value = changed.parameters[key]
    if (!value) continue
    const contents = store.get(key)
    begun.declare(stateOf(value), () => contents)
    begun.set(key, contents)
  }
  return { from, layers, activation: own, layer: changed, store: begun }
}

/** The keys of what was there before, in the order in which the network reads them. */
function keysInOrder({ layer, layers, imported, store }: Unfrozen): readonly string[] {
  const graph = new Graph({ y: layer(input('x', [2, layers[0] ?? 1])) })
  const keys = graph.states
    .map(stateOf)
    .filter(({ trainable }) => trainable)
    .map(({ key }) => key)
  const head = imported?.head
  if (head) return keys.filter((key) => !key.startsWith(`${head.name}.`))
  const known = store && new Set(store.states.map(({ key }) => key))
  return known ? keys.filter((key) => known.has(key)) : keys
}

function otherInputs({ name }: ExampleFacts, { from, layers, imported }: Unfrozen, got: number) {
  const shape = imported?.exampleShape ?? []
  const takes = shape.length > 1 ? `${shape.join(' × ')} = ${layers[0]}` : `${layers[0]}`
  return new SluiceError({
    code: 'DATA',
    what: `--from ${from}: the network does not take such examples`,
    where: `dataset "${name}"`,
    expected: `${takes} numbers an example`,
    got: `${got} inputs`,
    fix: 'leave out columns by --ignore, or give a network for these data',
  })
}

function keptHead(from: string, width: number, outputs: number): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: `--head keep: the head of ${from} is not for these data`,
    expected: `${outputs} outputs`,
    got: String(width),
    fix: 'leave out --head, for a new one',
  })
}

function hiddenOfKept(hidden: readonly number[]): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: '--hidden: a head that is kept has the layers that it has',
    expected: '--hidden with a new head, or --head keep alone',
    got: `--head keep --hidden ${hidden.join(',')}`,
    fix: 'leave one out',
  })
}

function importedTwice(from: string): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: `--from ${from}: a network that was fine-tuned keeps its head`,
    expected: '--head keep, or the ONNX file that it was made from',
    got: 'a new head',
    fix: 'add --head keep, or start again from the ONNX file',
  })
}

function noSuchHead(head: string): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: `--head ${head}: a saved model has layers, and no values by name`,
    expected: 'new or keep',
    got: head,
    fix: 'leave it out, for a new head',
  })
}

function otherActivation(from: string, own: string, activation: string): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: `--activation: ${from} was trained with another one`,
    expected: own,
    got: activation,
    fix: 'leave it out',
  })
}
