import { describe, expect, test } from 'vitest'
import { type Tensor, tensor } from '../ir/tensor.ts'
import { writeSafetensors } from './safetensors.ts'
import { readShardedSafetensors, shardSafetensors } from './sharded-safetensors.ts'

const tensors = new Map<string, Tensor>([
  ['a', tensor([1, 2])],
  ['b', tensor([3, 4, 5])],
  ['c', tensor([6])],
])
const files = new Map(shardSafetensors(tensors, { maxShardBytes: 16, metadata: { format: 'pt' } }))
const indexPath = 'model.safetensors.index.json'
const textOf = (path: string) => new TextDecoder().decode(files.get(path))

/** Reads an index, with what stands in for single files. */
function read(
  index: unknown,
  others: Readonly<Record<string, Uint8Array>> = {},
  maxBytes = 2 ** 20,
) {
  const bytes =
    index instanceof Uint8Array ? index : new TextEncoder().encode(JSON.stringify(index))
  return readShardedSafetensors(bytes, {
    shard: (path) => others[path] ?? files.get(path) ?? new Uint8Array(),
    maxBytes,
  })
}

test('files are as large as they may be, and their index is that of Hugging Face', () => {
  expect([...files.keys()]).toEqual([
    'model-00001-of-00002.safetensors',
    'model-00002-of-00002.safetensors',
    indexPath,
  ])
  // What huggingface_hub 2.4 writes of the same: save_torch_state_dict(…, max_shard_size=16, metadata=…).
  expect(textOf(indexPath)).toBe(`{
  "metadata": {
    "total_size": 24,
    "format": "pt"
  },
  "weight_map": {
    "a": "model-00001-of-00002.safetensors",
    "b": "model-00002-of-00002.safetensors",
    "c": "model-00002-of-00002.safetensors"
  }
}`)
})

test('they are read again, each once', async () => {
  const asked: string[] = []
  const index = files.get(indexPath) ?? new Uint8Array()
  const found = await readShardedSafetensors(index, {
    shard: async (path) => {
      asked.push(path)
      return files.get(path) ?? new Uint8Array()
    },
  })
  expect(found.tensors).toEqual(tensors)
  expect([...found.metadata]).toEqual([['format', 'pt']])
  expect(asked).toEqual(['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'])
})

test('what fits into one file is one, without an index; a larger tensor has one of its own', () => {
  const one = [...shardSafetensors(tensors, { name: 'net' })]
  expect(one).toEqual([['net.safetensors', writeSafetensors(tensors)]])
  expect([...shardSafetensors(tensors, { maxShardBytes: 1 })]).toHaveLength(4)
  expect([...shardSafetensors({})]).toHaveLength(1)
  expect(() => [...shardSafetensors(tensors, { maxShardBytes: 0 })]).toThrow(
    /OPTION shardSafetensors/,
  )
})

describe('an index is refused', () => {
  const first = 'model-00001-of-00002.safetensors'
  const second = 'model-00002-of-00002.safetensors'

  test.each([
    ['that is none', { format: 1 }, /no index of safetensors files[\s\S]*the keys format/],
    [
      'that leads out of its folder',
      { weight_map: { a: '../../secret' } },
      /outside its own folder[\s\S]*"\.\.\/\.\.\/secret"/,
    ],
    ['that leads to the root', { weight_map: { a: '/etc/passwd' } }, /outside its own folder/],
    [
      'that leads to the network',
      { weight_map: { a: 'https://example.org/a' } },
      /outside its own folder/,
    ],
    ['that names no files', { weight_map: { a: 3 } }, /got +no text/],
    [
      'whose tensor lies elsewhere',
      { weight_map: { a: second, b: second, c: second } },
      /do not belong together[\s\S]*tensor "a"[\s\S]*a file without it/,
    ],
    ['that does not know a tensor', { weight_map: { b: second } }, /tensor "c"[\s\S]*one more/],
    [
      'whose file is not there',
      { weight_map: { a: 'other.safetensors' } },
      /FILE other\.safetensors is empty/,
    ],
    [
      'that declares 2⁶⁰ bytes',
      { metadata: { total_size: 2 ** 60 }, weight_map: { a: first } },
      /too large[\s\S]*1152921504606847000 in all/,
    ],
  ] as const)('%s', async (_, index, message) => {
    await expect(read(index)).rejects.toThrow(message)
  })

  test('whose files are larger than allowed, all together', async () => {
    const index = files.get(indexPath)
    const sizes = [first, second].map((path) => files.get(path)?.length ?? 0)
    const total = sizes.reduce((sum, size) => sum + size)
    await expect(read(index, {}, total - 1)).rejects.toThrow(
      /FILE model-00002-of-00002.* is too large/,
    )
    expect((await read(index, {}, total)).tensors.size).toBe(3)
  })

  test('whose file is damaged', async () => {
    const damaged = files.get(first)?.subarray(0, 20) ?? new Uint8Array()
    await expect(read(files.get(indexPath), { [first]: damaged })).rejects.toThrow(/is cut off/)
  })
})
