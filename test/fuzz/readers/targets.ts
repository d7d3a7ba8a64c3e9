/** The readers of files that others made, each with real files that are damaged. */
import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type Zippable, zipSync } from 'fflate'
import {
  readGraphJson,
  readIdx,
  readNpy,
  readNpz,
  readSafetensors,
  readShardedSafetensors,
  readTorch,
} from 'sluice/formats'
import { readOnnx } from 'sluice/onnx'
import { decodeCheckpoint, decodeModel } from 'sluice/train'
import { readZip } from '../../../src/formats/zip.ts'
import type { Tensor } from '../../../src/ir/tensor.ts'
import { verify } from '../../../src/ir/verify.ts'
import numpyFiles from '../../vectors/numpy-files.json' with { type: 'json' }
import safetensorsFiles from '../../vectors/safetensors-files.json' with { type: 'json' }
import { savedCheckpoint, savedGraph } from './own-files.ts'

export interface ReadOptions {
  readonly name: string
  readonly maxBytes: number
}

/** A file taken apart, so that a damaged part can lie in a file that is whole around it. */
export interface Seed {
  readonly parts: Readonly<Record<string, Uint8Array>>
  readonly pack: (parts: Readonly<Record<string, Uint8Array>>, isSmall: boolean) => Uint8Array
}

export interface Target {
  readonly name: string
  readonly seeds: readonly Seed[]
  /** Reads, and gives how many bytes of elements came of it. */
  readonly read: (bytes: Uint8Array, options: ReadOptions) => number | Promise<number>
}

const vector = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../vectors/${path}`, import.meta.url)))
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

function sizeOfAll(tensors: ReadonlyMap<string, Tensor>): number {
  return [...new Set(tensors.values())].reduce((sum, { data }) => sum + data.byteLength, 0)
}

/** A file of one part. */
function plain(bytes: Uint8Array): Seed {
  return { parts: { whole: bytes }, pack: ({ whole }) => whole ?? new Uint8Array() }
}

function zipped(bytes: Uint8Array): Seed {
  const archive = readZip(bytes, 'a seed')
  const parts = [...archive.entries.keys()].map((path) => [
    path,
    archive.contentsOf(path, { bytes: 2 ** 24 }).slice(),
  ])
  return {
    parts: Object.fromEntries(parts),
    pack: (changed, isSmall) => zipSync(changed as Zippable, { level: isSmall ? 9 : 0 }), // bytes by path
  }
}

function gzipped(bytes: Uint8Array): Seed {
  return {
    parts: { inner: new Uint8Array(gunzipSync(bytes)) },
    pack: ({ inner = new Uint8Array() }) => new Uint8Array(gzipSync(inner)),
  }
}

/** A header behind its length in so many bytes from `at` on, and what follows. */
function headed(bytes: Uint8Array, at: number, sizeBytes: 2 | 4 | 8): Seed {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const length = sizeBytes === 2 ? view.getUint16(at, true) : view.getUint32(at, true) // no seed has 2³²
  const start = at + sizeBytes
  return {
    parts: { header: bytes.slice(start, start + length), rest: bytes.slice(start + length) },
    pack: ({ header = new Uint8Array(), rest = new Uint8Array() }) => {
      const made = new Uint8Array(start + header.length + rest.length)
      made.set(bytes.subarray(0, start))
      const target = new DataView(made.buffer)
      if (sizeBytes === 2) target.setUint16(at, header.length, true)
      else target.setUint32(at, header.length, true)
      made.set(header, start)
      made.set(rest, start + header.length)
      return made
    },
  }
}

const npySeeds = Object.entries(numpyFiles)
  .filter(([title]) => !title.includes('archive'))
  .map(([title, text]) => headed(fromBase64(text), 8, /version [23]/.test(title) ? 4 : 2))

const idx = Uint8Array.from([0, 0, 0x0d, 2, 0, 0, 0, 2, 0, 0, 0, 2, ...new Uint8Array(16)])

const shardIndex = new TextEncoder().encode(
  JSON.stringify({ metadata: { total_size: 1 }, weight_map: { '0.bias': 'a', '0.weight': 'a' } }),
)

export const targets: readonly Target[] = [
  {
    name: 'safetensors',
    seeds: Object.values(safetensorsFiles).map((text) => headed(fromBase64(text), 0, 8)),
    read: (bytes, options) => sizeOfAll(readSafetensors(bytes, options).tensors),
  },
  {
    name: 'sharded safetensors',
    seeds: [plain(shardIndex)],
    read: async (bytes, options) => {
      const shard = () => fromBase64(safetensorsFiles['a layer, as PyTorch saves it'])
      return sizeOfAll((await readShardedSafetensors(bytes, { ...options, shard })).tensors)
    },
  },
  {
    name: 'npy',
    seeds: npySeeds,
    read: (bytes, options) => readNpy(bytes, options).data.byteLength,
  },
  {
    name: 'npz',
    seeds: [numpyFiles['an archive'], numpyFiles['a deflated archive']].map((text) =>
      zipped(fromBase64(text)),
    ),
    read: (bytes, options) => sizeOfAll(readNpz(bytes, options)),
  },
  {
    name: 'idx',
    seeds: [plain(idx), gzipped(new Uint8Array(gzipSync(idx)))],
    read: (bytes, options) => readIdx(bytes, options).data.byteLength,
  },
  {
    name: 'torch',
    seeds: [
      ...['mlp', 'cnn', 'checkpoint', 'values', 'protocol4', 'protocol5', 'whole', 'script'],
    ].map((name) => zipped(vector(`pt/${name}.pt`))),
    read: (bytes, options) => sizeOfAll(readTorch(bytes, options).tensors),
  },
  {
    name: 'graph json',
    seeds: [plain(new TextEncoder().encode(savedGraph()))],
    read: (bytes, { name, maxBytes }) => {
      const options = { name, maxBytes: Math.min(maxBytes, 2 ** 24) } // the default
      const { graph, store } = readGraphJson(new TextDecoder().decode(bytes), options)
      verify(graph)
      return store.states.reduce((sum, { key }) => sum + store.get(key).data.byteLength, 0)
    },
  },
  {
    name: 'model',
    seeds: [headed(vector('model-version-1.safetensors'), 0, 8), headed(savedCheckpoint(), 0, 8)],
    read: (bytes, { name }) => {
      decodeModel(bytes, name)
      return bytes.length
    },
  },
  {
    name: 'checkpoint',
    seeds: [headed(savedCheckpoint(), 0, 8)],
    read: (bytes, { name }) => {
      decodeCheckpoint(bytes, name)
      return bytes.length
    },
  },
  {
    name: 'onnx',
    seeds: ['mlp', 'cnn', 'gru', 'loops', 'attention', 'encoder'].map((name) =>
      plain(vector(`onnx/${name}.onnx`)),
    ),
    read: (bytes, { maxBytes }) => {
      const model = readOnnx(bytes, { maxBytes })
      model.build(Object.fromEntries(model.axes.map((axis) => [axis, 2])))
      return bytes.length
    },
  },
]
