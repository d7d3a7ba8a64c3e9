/**
 * Models in several safetensors files, with an index that says which tensor lies in which.
 *
 * Source: Hugging Face, `huggingface_hub.split_torch_state_dict_into_shards`, and the index files of
 * its transformers.
 */
import { SluiceError } from '../errors.ts'
import type { Tensor } from '../ir/tensor.ts'
import { damaged, tooLarge } from './damaged.ts'
import { readSafetensors, type SafetensorsFile, writeSafetensors } from './safetensors.ts'
import { parseStrictJson, type StrictJson } from './strict-json.ts'

export interface ReadShardedOptions {
  /** Gives the bytes of a file beside the index; `path` is a name without folders, or below it. */
  readonly shard: (path: string) => Uint8Array | Promise<Uint8Array>
  /** What errors call the index. Default `the index`. */
  readonly name?: string
  /** Files that are larger, all together, are refused. Default 2³⁴, 16 GiB. */
  readonly maxBytes?: number
}

/** Longer indices are refused: those of models of 10¹² parameters have some 2²³ bytes. */
const greatestIndex = 2 ** 25

/**
 * The tensors of a model that is saved in several files, from the bytes of its index
 * (`model.safetensors.index.json`). Each file is asked for once, and let go of before the next.
 *
 * Throws: FILE for an index or a file that is damaged, a file outside the index's folder, tensors that
 * lie elsewhere than the index says, and files that are larger than `maxBytes`.
 *
 * @example
 * const { tensors } = await readShardedSafetensors(await readFile('model.safetensors.index.json'), {
 *   shard: (path) => readFile(path),
 * })
 */
export async function readShardedSafetensors(
  index: Uint8Array,
  { shard, name = 'the index', maxBytes = 2 ** 34 }: ReadShardedOptions,
): Promise<SafetensorsFile> {
  const { places, metadata, totalBytes } = readIndex(index, name)
  if (totalBytes > maxBytes) throw tooLarge(name, maxBytes, `${totalBytes} in all its files`)
  const tensors = new Map<string, Tensor>()
  let left = maxBytes
  for (const [path, keys] of places) {
    const bytes = await shard(path)
    const file = readSafetensors(bytes, { name: path, maxBytes: left })
    left -= bytes.length
    checkKeys(keys, file, { name, path })
    for (const key of keys) {
      const tensor = file.tensors.get(key)
      if (tensor) tensors.set(key, tensor)
    }
  }
  return { tensors, metadata }
}

export interface ShardOptions {
  /** No file is larger, unless a single tensor is. Default 5 · 10⁹ bytes of elements. */
  readonly maxShardBytes?: number
  /** What the files are called: `<name>-00001-of-00003.safetensors`. Default `model`. */
  readonly name?: string
  readonly metadata?: Readonly<Record<string, string>>
}

/**
 * The files of a model, one after the other, each with its path: tensors in files of up to
 * `maxShardBytes`, and then their index; where one file holds all, `<name>.safetensors` alone. A file
 * is made when it is asked for, so that only one at a time is in memory.
 *
 * Throws: OPTION and SHAPE as `writeSafetensors`; OPTION for a `maxShardBytes` that is no count.
 *
 * @example
 * for (const [path, bytes] of shardSafetensors(tensors, { maxShardBytes: 2e9 })) await writeFile(path, bytes)
 */
export function* shardSafetensors(
  tensors: Readonly<Record<string, Tensor>> | ReadonlyMap<string, Tensor>,
  { maxShardBytes = 5e9, name = 'model', metadata }: ShardOptions = {},
): Generator<readonly [path: string, bytes: Uint8Array<ArrayBuffer>]> {
  if (!(maxShardBytes >= 1)) throw notACount(maxShardBytes)
  const given = tensors instanceof Map ? tensors : new Map(Object.entries(tensors))
  const shards = cut(given, maxShardBytes)
  const options = metadata ? { metadata } : {}
  if (shards.length === 1) {
    yield [`${name}.safetensors`, writeSafetensors(given, options)]
    return
  }
  const places: [string, string][] = []
  const digits = (number: number) => String(number).padStart(5, '0')
  for (const [index, shard] of shards.entries()) {
    const path = `${name}-${digits(index + 1)}-of-${digits(shards.length)}.safetensors`
    for (const key of shard.keys()) places.push([key, path])
    yield [path, writeSafetensors(shard, options)]
  }
  const total = [...given.values()].reduce((sum, { data }) => sum + data.byteLength, 0)
  const index = {
    metadata: { total_size: total, ...metadata },
    weight_map: Object.fromEntries(places),
  }
  const text = JSON.stringify(index, null, 2)
  yield [`${name}.safetensors.index.json`, new TextEncoder().encode(text)]
}

/** Tensors in their order, a new file before the one that would make it too large. */
function cut(
  tensors: ReadonlyMap<string, Tensor>,
  maxShardBytes: number,
): readonly ReadonlyMap<string, Tensor>[] {
  let shard = new Map<string, Tensor>()
  const shards = [shard]
  let filled = 0
  for (const [key, tensor] of tensors) {
    const { byteLength } = tensor.data
    if (shard.size > 0 && filled + byteLength > maxShardBytes) {
      shard = new Map()
      shards.push(shard)
      filled = 0
    }
    shard.set(key, tensor)
    filled += byteLength
  }
  return shards
}

interface Index {
  /** The keys of each file. */
  readonly places: ReadonlyMap<string, ReadonlySet<string>>
  readonly metadata: ReadonlyMap<string, string>
  readonly totalBytes: number
}

function readIndex(bytes: Uint8Array, name: string): Index {
  if (bytes.length > greatestIndex) throw tooLarge(name, greatestIndex, `${bytes.length}`)
  const index = parseStrictJson(new TextDecoder().decode(bytes), {
    name,
    depth: 3,
    memory: 3 * 2 ** 24,
  })
  const map = isObject(index) ? index.get('weight_map') : undefined
  if (!isObject(index) || !isObject(map)) {
    throw damaged(`${name} is no index of safetensors files`, {
      expected: 'an object with a "weight_map"',
      got: isObject(index) ? `the keys ${[...index.keys()].slice(0, 5).join(', ')}` : 'other JSON',
      fix: 'give the file that is called *.safetensors.index.json',
    })
  }
  const places = new Map<string, Set<string>>()
  for (const [key, path] of map) {
    checkPath(path, key, name)
    const keys = places.get(path)
    if (keys) keys.add(key)
    else places.set(path, new Set([key]))
  }
  const facts = index.get('metadata')
  const entries = isObject(facts) ? [...facts] : []
  const total = isObject(facts) ? facts.get('total_size') : undefined
  const metadata = entries.filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return {
    places,
    metadata: new Map(metadata),
    totalBytes: typeof total === 'number' && total >= 0 ? total : 0,
  }
}

/** Throws FILE for a path that leads out of the index's own folder. */
function checkPath(path: StrictJson, key: string, name: string): asserts path is string {
  const isPath = typeof path === 'string' && path !== ''
  const isInside = isPath && !/^[/\\]|^[A-Za-z]:|\0|:\/\//.test(path)
  if (isInside && !path.split(/[/\\]/).includes('..')) return
  throw damaged(`${name} names a file outside its own folder`, {
    where: `tensor "${key}"`,
    expected: 'a relative path without ..',
    got: typeof path === 'string' ? JSON.stringify(path) : 'no text',
    fix: 'do not trust this file',
  })
}

function checkKeys(
  keys: ReadonlySet<string>,
  { tensors }: SafetensorsFile,
  { name, path }: { readonly name: string; readonly path: string },
): void {
  const missing = [...keys].find((key) => !tensors.has(key))
  const unknown = [...tensors.keys()].find((key) => !keys.has(key))
  if (missing === undefined && unknown === undefined) return
  throw damaged(`${name} and "${path}" do not belong together`, {
    where: `tensor "${missing ?? unknown}"`,
    expected: missing === undefined ? 'tensors that the index names' : 'the tensor in that file',
    got: missing === undefined ? 'one more' : 'a file without it',
    fix: 'copy or download all of its files again',
  })
}

function isObject(value: StrictJson | undefined): value is ReadonlyMap<string, StrictJson> {
  return value instanceof Map
}

function notACount(got: number): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'shardSafetensors: maxShardBytes is no size',
    expected: '1 or more',
    got: String(got),
    fix: 'leave it out for 5 · 10⁹',
  })
}
