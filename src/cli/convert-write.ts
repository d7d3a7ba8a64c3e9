/** What `sluice convert` writes. */
import { basename, dirname, join } from 'node:path'
import { SluiceError } from '../errors.ts'
import {
  shardSafetensors,
  stateDict,
  writeGraphJson,
  writeNpy,
  writeNpz,
  writeSafetensors,
} from '../formats/index.ts'
import { dtypes } from '../ir/dtype.ts'
import type { Graph } from '../ir/graph.ts'
import { fromNumbers, type Tensor, toNumbers } from '../ir/tensor.ts'
import { formatType } from '../ir/value.ts'
import { print } from '../print.ts'
import { writeAtomically } from '../train/atomic-file.ts'
import type { Contents } from './convert-read.ts'
import { UsageError } from './usage.ts'

export interface WriteOptions {
  /** What floating-point tensors become. */
  readonly dtype?: FloatType
  /** Names and layout of PyTorch, of a model of ours. */
  readonly torch?: true
  /** Files of safetensors are no larger. */
  readonly maxShardBytes?: number
}

export type FloatType = 'f16' | 'bf16' | 'f32' | 'f64'

/** What was written: a line for each file, and what had no place in it. */
export interface Written {
  readonly files: readonly string[]
  readonly left: readonly string[]
}

type Writer = (path: string, contents: Contents, options: WriteOptions) => Promise<Written>

const writers: Readonly<Record<string, Writer>> = {
  safetensors: writeTensors,
  npz: async (path, contents) => {
    await writeAtomically(path, writeNpz(contents.tensors))
    return { files: [path], left: metadataLeft(contents) }
  },
  npy: writeArray,
  json: writeJson,
  txt: writeText,
  graph: writeText,
}

/** The endings that may be written. */
export const writtenEndings: readonly string[] = Object.keys(writers)

/** Throws OPTION for an ending that says no format, or one that is read only. */
export async function writeContents(
  path: string,
  contents: Contents,
  options: WriteOptions,
): Promise<Written> {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  const writer = Object.hasOwn(writers, ending) ? writers[ending] : undefined
  if (!writer) throw noWriter(path, ending)
  const { model } = contents
  const torch = options.torch && model ? stateDict(model.layer, model.store) : undefined
  if (options.torch && !torch) throw notOurs(contents)
  const chosen = torch ?? contents.tensors
  const tensors = options.dtype ? cast(chosen, options.dtype) : chosen
  // What it says of a model holds of its own weights alone.
  const isOther = torch !== undefined || options.dtype !== undefined
  const metadata = torch ? new Map([['format', 'pt']]) : new Map(contents.metadata)
  if (isOther) metadata.delete('sluice')
  const written = await writer(path, { ...contents, tensors, metadata }, options)
  const left = isOther && model ? ['what it says of its network'] : []
  return { ...written, left: [...written.left, ...left] }
}

function cast(tensors: ReadonlyMap<string, Tensor>, dtype: FloatType): ReadonlyMap<string, Tensor> {
  return new Map(
    [...tensors].map(([key, tensor]) => {
      const isOther = dtypes[tensor.dtype].kind === 'float' && tensor.dtype !== dtype
      const data = isOther ? fromNumbers(toNumbers(tensor), dtype) : tensor.data
      return [key, isOther ? { shape: tensor.shape, dtype, data } : tensor]
    }),
  )
}

async function writeTensors(
  path: string,
  { tensors, metadata: given }: Contents,
  { maxShardBytes }: WriteOptions,
): Promise<Written> {
  const metadata = Object.fromEntries(given)
  if (maxShardBytes === undefined) {
    await writeAtomically(path, writeSafetensors(tensors, { metadata }))
    return { files: [path], left: [] }
  }
  const files: string[] = []
  const name = basename(path).replace(/\.safetensors$/, '')
  for (const [file, bytes] of shardSafetensors(tensors, { name, maxShardBytes, metadata })) {
    const place = join(dirname(path), file)
    await writeAtomically(place, bytes)
    files.push(place)
  }
  return { files, left: [] }
}

async function writeArray(path: string, contents: Contents): Promise<Written> {
  const [first, ...others] = contents.tensors.values()
  if (!first || others.length > 0) {
    throw new UsageError({
      code: 'OPTION',
      what: `${path}: an .npy file holds one array`,
      expected: 'one tensor',
      got: `${contents.tensors.size}: ${[...contents.tensors.keys()].slice(0, 6).join(', ')}`,
      fix: 'write an .npz file',
    })
  }
  await writeAtomically(path, writeNpy(first))
  return { files: [path], left: metadataLeft(contents) }
}

/** The graph as JSON, with what its states hold. */
async function writeJson(path: string, contents: Contents): Promise<Written> {
  const { store } = contents
  const text = writeGraphJson(graphOf(path, contents), store ? { store } : {})
  await writeAtomically(path, new TextEncoder().encode(`${text}\n`))
  return { files: [path], left: metadataLeft(contents) }
}

/** The graph as text, with what its states begin with. */
async function writeText(path: string, contents: Contents): Promise<Written> {
  const text = print(graphOf(path, contents))
  await writeAtomically(path, new TextEncoder().encode(`${text}\n`))
  const left = contents.model ? ['what its states hold: .json has that too'] : []
  return { files: [path], left: [...metadataLeft(contents), ...left] }
}

/** Throws FILE where there are weights alone. */
function graphOf(path: string, { graph, format }: Contents): Graph {
  if (graph) return graph
  throw new SluiceError({
    code: 'FILE',
    what: `${path}: ${format} holds weights, but no graph`,
    expected: 'an ONNX file, a model that Sluice saved, or a graph',
    got: format,
    fix: 'write safetensors or npz',
  })
}

function metadataLeft({ metadata }: Contents): readonly string[] {
  const keys = [...metadata.keys()]
  return keys.length > 0 ? [`what is said beside the tensors: ${keys.slice(0, 6).join(', ')}`] : []
}

function noWriter(path: string, ending: string): UsageError {
  const isTorch = ['pt', 'pth', 'bin'].includes(ending)
  const isOnnx = ending === 'onnx'
  return new UsageError({
    code: 'OPTION',
    what: isTorch
      ? `${path}: files of PyTorch are read here, not written`
      : `${path}: convert does not write .${ending || '(no ending)'}`,
    expected: writtenEndings.map((one) => `.${one}`).join(', '),
    got: ending === '' ? 'no ending' : `.${ending}`,
    fix: isTorch
      ? 'write .safetensors: safetensors.torch.load_file reads it in Python'
      : isOnnx
        ? '`sluice export` writes networks as ONNX'
        : 'name the file by its format',
  })
}

function notOurs({ format, tensors }: Contents): UsageError {
  const [first] = tensors
  return new UsageError({
    code: 'OPTION',
    what: '--torch: this is no model of Sluice',
    expected: 'a model that `sluice train` saved, whose layers say what PyTorch calls them',
    got: `${format}${first ? `, ${first[0]} ${formatType(first[1])}` : ''}`,
    fix: 'leave out --torch: names stay as they are',
  })
}
