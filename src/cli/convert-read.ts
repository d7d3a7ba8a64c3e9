/** What `sluice convert` reads: tensors under names, what is said of them, and a graph where there is one. */
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { initialise } from '../compile.ts'
import { SluiceError } from '../errors.ts'
import {
  readGraphJson,
  readNpy,
  readNpz,
  readSafetensors,
  readShardedSafetensors,
  readTorch,
} from '../formats/index.ts'
import { input } from '../gates/index.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import { isTensor, type Tensor } from '../ir/tensor.ts'
import { parse } from '../print.ts'
import { createStore, type Store, settle } from '../runtime/store.ts'
import { decodeModel, type Model } from '../train/index.ts'
import { readBytes } from '../train/read-bytes.ts'
import { type FileKind, kindOfFile } from './file-kind.ts'

export interface Contents {
  /** What it was: `PyTorch`. */
  readonly format: string
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly metadata: ReadonlyMap<string, string>
  /** The model, where it is one that we saved. */
  readonly model?: Model
  /** What it computes, where that is known, and what the states of that hold. */
  readonly graph?: Graph
  readonly store?: Store
  /** What was there and is not taken along. */
  readonly left: readonly string[]
}

type Reader = (path: string, bytes: Uint8Array) => Contents | Promise<Contents>

/** Throws FILE for a file that is of none of the formats, and as the readers of those. */
export async function readContents(path: string): Promise<Contents> {
  const kind = await kindOfFile(path)
  const bytes = await readBytes(path, 2 ** 32)
  if (kind !== 'other') return readers[kind](path, bytes)
  throw new SluiceError({
    code: 'FILE',
    what: `${path} is of no format that is known here`,
    expected:
      'safetensors, an index of safetensors, .pt, .npz, .npy, ONNX, or a graph as print writes it',
    got: `${bytes.length} bytes that begin as none of them`,
    fix: 'save it in one of those',
  })
}

const readers: Readonly<Record<Exclude<FileKind, 'other'>, Reader>> = {
  safetensors: readOwn,
  json: readJson,
  torch: (path, bytes) => plain('PyTorch', readTorch(bytes, { name: path })),
  npz: (path, bytes) =>
    plain('NumPy', { tensors: readNpz(bytes, { name: path }), metadata: new Map() }),
  npy: (path, bytes) => {
    const name = basename(path).replace(/\.npy$/, '')
    const tensors = new Map([[name, readNpy(bytes, { name: path })]])
    return plain('NumPy', { tensors, metadata: new Map() })
  },
  onnx: readNetwork,
  graph: readGraph,
}

function plain(
  format: string,
  { tensors, metadata }: Pick<Contents, 'tensors' | 'metadata'>,
): Contents {
  return { format, tensors, metadata, left: [] }
}

/** Safetensors of anyone; of a model of ours what training alone needs is left. */
async function readOwn(path: string, bytes: Uint8Array): Promise<Contents> {
  const { tensors, metadata } = readSafetensors(bytes, { name: path })
  if (!metadata.has('sluice')) return plain('safetensors', { tensors, metadata })
  const { importedLayer } = await import('../onnx/index.ts')
  const model = decodeModel(bytes, path, { importedLayer })
  const weights = [...tensors].filter(([key]) => !key.startsWith('training/'))
  const training = tensors.size - weights.length
  return {
    ...{ format: 'a model of Sluice', tensors: new Map(weights), model, store: model.store },
    graph: new Graph({ ŷ: model.layer(input('x', [1, model.network.layers[0] ?? 1])) }),
    metadata: new Map([...metadata].filter(([key]) => key !== 'sluice.training')),
    left: training > 0 ? [`what its training needs to go on, ${training} tensors`] : [],
  }
}

/** A graph of our own, or the index of safetensors files. */
async function readJson(path: string, bytes: Uint8Array): Promise<Contents> {
  const text = new TextDecoder().decode(bytes)
  if (!/"format"\s*:\s*"sluice-graph"/.test(text)) return readIndex(path, bytes)
  const { graph, store } = readGraphJson(text, { name: path, maxBytes: bytes.length })
  const tensors = new Map(store.states.map(({ key }) => [key, store.get(key)]))
  return { format: 'a graph', tensors, metadata: new Map(), graph, store, left: [] }
}

async function readIndex(path: string, bytes: Uint8Array): Promise<Contents> {
  const shard = (name: string) => readFile(join(dirname(path), name))
  return plain(
    'safetensors in several files',
    await readShardedSafetensors(bytes, { name: path, shard }),
  )
}

async function readNetwork(path: string): Promise<Contents> {
  const { loadOnnx } = await import('./onnx-file.ts')
  const { buildOnnx } = await import('./onnx-subject.ts')
  const model = await loadOnnx(path)
  return {
    ...{
      format: 'ONNX',
      tensors: model.weights,
      metadata: new Map(Object.entries(model.metadata)),
    },
    ...settled(new Graph(buildOnnx(model, {}).outputs)),
    left: [],
  }
}

/** A graph with what its states begin with. */
function settled(graph: Graph): { readonly graph: Graph; readonly store: Store } {
  return { graph, store: settle(graph, { store: createStore(), stays: true }, initialise) }
}

/** What its states begin with, where that stands in the text. */
function readGraph(_path: string, bytes: Uint8Array): Contents {
  const graph = parse(new TextDecoder().decode(bytes))
  const states = graph.states.map(stateOf)
  const known = states.flatMap(({ key, init }): [string, Tensor][] =>
    isTensor(init) ? [[key, init]] : [],
  )
  const drawn = states.length - known.length
  return {
    ...{ format: 'a graph', tensors: new Map(known), metadata: new Map(), ...settled(graph) },
    left: drawn > 0 ? [`${drawn} states that begin with random numbers`] : [],
  }
}
