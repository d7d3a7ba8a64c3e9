import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
// What the reference implementation writes; test/vectors/safetensors-files.py made it.
import recorded from '../../test/vectors/safetensors-files.json' with { type: 'json' }
import { type DType, dtypes } from '../ir/dtype.ts'
import { type Tensor, tensor, toNested } from '../ir/tensor.ts'
import { readSafetensors, writeSafetensors } from './safetensors.ts'

const name = 'model.safetensors'

describe('what the reference implementation writes', () => {
  const files = Object.entries(recorded).map(([title, base64]) => [title, bytesOf(base64)] as const)

  test.each(files)('%s is read, and written again byte by byte', (_, bytes) => {
    const { tensors, metadata } = readSafetensors(bytes)
    const options = metadata.size > 0 ? { metadata: Object.fromEntries(metadata) } : {}
    expect(writeSafetensors(tensors, options)).toEqual(bytes)
  })

  test('has these numbers in every dtype', () => {
    const { tensors } = readSafetensors(bytesOf(recorded['every dtype']))
    const found = Object.fromEntries([...tensors].map(([key, made]) => [key, toNested(made)]))
    expect(found).toEqual({
      'a bool': [true, false, true],
      'b u8': [0, 255],
      'c i8': [-128, 127],
      'd i16': [-32768, 32767],
      'e u16': [65535],
      'f f16': [1, -2, 65504],
      'g bf16': [1, -2, 3.3895313892515355e38],
      'h i32': [-(2 ** 31), 2 ** 31 - 1],
      'i u32': [2 ** 32 - 1],
      'j f32': [
        [1.5, -0],
        [Number.POSITIVE_INFINITY, 1.401298464324817e-45],
      ],
      'k f64': [[[0.1]]],
      'l i64': [-(2 ** 63), 2 ** 63], // as f64; the bits are compared above
      'm u64': [2 ** 64],
      'n scalar': 7,
      'o empty': [],
    })
  })

  test('has the layer and the metadata of PyTorch', () => {
    const file = readSafetensors(bytesOf(recorded['a layer, as PyTorch saves it']))
    expect([...file.metadata]).toEqual([['format', 'pt']])
    expect([...file.tensors.keys()]).toEqual(['steps', '0.bias', '0.weight'])
    expect(file.tensors.get('0.weight')).toEqual(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    )
  })
})

test('the reference test of forced alignment has the same bytes', () => {
  // safetensors 0.4, tensor.rs, test_serialization_forced_alignement.
  const text = '{"attn0":{"dtype":"F32","shape":[1,1,2,3],"data_offsets":[0,24]}}       '
  const bytes = writeSafetensors({
    attn0: tensor([
      [
        [
          [0, 1, 2],
          [3, 4, 5],
        ],
      ],
    ]),
  })
  expect(new TextDecoder().decode(bytes.subarray(8, 80))).toBe(text)
  expect([...bytes.subarray(0, 8)]).toEqual([72, 0, 0, 0, 0, 0, 0, 0])
  expect([...bytes.subarray(80, 92)]).toEqual([0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64])
})

test('any tensors come back as they were, each aligned in the file', () => {
  const key = fc.string({ maxLength: 8, unit: 'grapheme' }).filter((text) => text !== '__proto__')
  const anyTensor = fc
    .record({
      dtype: fc.constantFrom(...(Object.keys(dtypes) as DType[])), // the keys of the table
      shape: fc.array(fc.nat(3), { maxLength: 3 }),
      fill: fc.integer({ min: 0, max: 1 }),
    })
    .map(({ dtype, shape, fill }): Tensor => {
      const data = dtypes[dtype].allocate(shape.reduce((size, count) => size * count, 1))
      if (fill === 1 && data.length > 0) new Uint8Array(data.buffer).fill(1)
      return { shape, dtype, data }
    })
  fc.assert(
    fc.property(fc.dictionary(key, anyTensor), (tensors) => {
      const bytes = writeSafetensors(tensors)
      const read = readSafetensors(bytes)
      expect(new Map(Object.entries(tensors))).toEqual(new Map(read.tensors))
      const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))
      let at = start
      for (const { dtype, data } of read.tensors.values()) {
        expect(at % dtypes[dtype].sizeBytes).toBe(0)
        at += data.byteLength
      }
    }),
  )
})

test('a file that is cut off anywhere is refused, and so is one with a byte more', () => {
  const bytes = bytesOf(recorded['every dtype'])
  for (let length = 0; length < bytes.length; length++) {
    expect(() => readSafetensors(bytes.subarray(0, length))).toThrow(/ is (cut off|empty)\n/)
  }
  expect(() => readSafetensors(Uint8Array.from([...bytes, 0]), { name })).toThrow(
    `FILE ${name}: there is more in it than its header says\n` +
      '  expected  89 bytes of elements\n' +
      '  got       90\n' +
      '  fix       save or copy it again',
  )
})

test('a byte that is changed in the header is refused or changes what is read, never crashes', () => {
  const bytes = bytesOf(recorded['a layer, as PyTorch saves it'])
  const original = readSafetensors(bytes)
  const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))
  fc.assert(
    fc.property(fc.nat(header - 1), fc.nat(255), (at, byte) => {
      const changed = bytes.slice()
      changed[at] = byte
      try {
        const read = readSafetensors(changed)
        const isSame = read.tensors.size === original.tensors.size
        expect(isSame || read.metadata.size !== original.metadata.size).toBe(true)
      } catch (error) {
        expect(String(error)).toMatch(/^SluiceError: FILE the safetensors file/)
      }
    }),
  )
})

describe('a file that is cut off', () => {
  test.each([
    [
      6,
      `FILE ${name} is cut off\n` +
        '  expected  the length of its header in 8 bytes\n' +
        '  got       6 bytes\n' +
        '  fix       save or copy it again',
    ],
    [
      40,
      `FILE ${name} is cut off\n` +
        '  expected  a header of 56 bytes\n' +
        '  got       32 bytes\n' +
        '  fix       save or copy it again',
    ],
    [
      67,
      `FILE ${name} is cut off\n` +
        '  expected  8 bytes of elements, as its header says\n' +
        '  got       3 bytes\n' +
        '  fix       save or copy it again',
    ],
  ])('after %i bytes says so', (length, message) => {
    const bytes = writeSafetensors({ w: tensor([1, 2]) })
    expect(bytes).toHaveLength(72)
    expect(messageOf(bytes.subarray(0, length))).toBe(message)
  })
})

describe('a foreign file', () => {
  const csv = new TextEncoder().encode('alcohol,ash,class\n13.2,2.1,0\n')
  test.each([
    ['a picture', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0]), 'a PNG picture'],
    ['a table', csv, 'text that begins "alcohol,ash,clas"'],
    ['a short text', csv.subarray(0, 4), 'text that begins "alco"'],
    [
      'a model of PyTorch',
      Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0, 8, 8, 0, 0]),
      'a ZIP archive, as the .pt files of PyTorch are',
    ],
    [
      'an old pickle',
      Uint8Array.from([0x80, 2, 0x8a, 10, 0, 0, 0, 0, 0]),
      'perhaps a Python pickle',
    ],
    ['zeros', new Uint8Array(64), 'a file of another kind'],
  ])('is named: %s', (_, bytes, kind) => {
    expect(messageOf(bytes)).toBe(
      `FILE ${name} is no safetensors file\n` +
        '  expected  the length of its header in 8 bytes, then the header, which begins "{"\n' +
        `  got       ${kind}\n` +
        '  fix       give a model that was saved as safetensors',
    )
  })
})

describe('a header that was made to do harm is refused:', () => {
  const entry = (shape: string, offsets: string, dtype = 'F32') =>
    `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`

  test.each([
    [
      'a length past the largest header',
      withLength('{}', 2n ** 63n),
      ': its header is too long\n  expected  at most 16777216 bytes\n  got       9223372036854776000',
    ],
    ['no header at all', withLength('', 0n), ' has no header\n  expected  {}\n  got       0 bytes'],
    [
      'elements that two tensors share',
      file(`{"a":${entry('[2]', '[0,8]')},"b":${entry('[2]', '[4,12]')}}`, 12),
      ': a tensor does not begin where the one before it ends\n  where     tensor "b"\n  expected  data_offsets [8, …]\n  got       [4, 12]',
    ],
    [
      'a hole between two tensors',
      file(`{"a":${entry('[1]', '[0,4]')},"b":${entry('[1]', '[8,12]')}}`, 12),
      ': a tensor does not begin where the one before it ends\n  where     tensor "b"\n  expected  data_offsets [4, …]\n  got       [8, 12]',
    ],
    [
      'an end before its beginning',
      file(`{"a":${entry('[1]', '[0,4]')},"b":${entry('[1]', '[4,0]')}}`, 4),
      ': a tensor does not begin where the one before it ends\n  where     tensor "b"\n  expected  data_offsets [4, …]\n  got       [4, 0]',
    ],
    [
      'a tensor past the end of the file',
      file(`{"a":${entry('[2]', '[0,8]')}}`, 4),
      ' is cut off\n  expected  8 bytes of elements, as its header says\n  got       4 bytes',
    ],
    [
      'a shape of another size than its elements',
      file(`{"a":${entry('[3]', '[0,8]')}}`, 8),
      ': a tensor and its shape differ in size\n  where     tensor "a"\n  expected  12 bytes for f32[3]\n  got       8',
    ],
    [
      'a shape whose size overflows',
      file(`{"a":${entry('[2,9223372036854775807]', '[0,16]')}}`, 16),
      ': its header cannot be\n  where     shape of tensor "a"\n  expected  whole numbers, 0 or more, of a size that can be\n  got       [2,9223372036854776000]',
    ],
    [
      'a negative offset',
      file(`{"a":${entry('[1]', '[-4,0]')}}`, 0),
      ': its header cannot be\n  where     data_offsets of tensor "a"\n  expected  whole numbers, 0 or more, of a size that can be\n  got       [-4,0]',
    ],
    [
      'three offsets',
      file(`{"a":${entry('[1]', '[0,4,8]')}}`, 4),
      ': its header cannot be\n  where     data_offsets of tensor "a"\n  expected  [begin, end]\n  got       [0,4,8]',
    ],
    [
      'a tensor twice',
      file(`{"a":${entry('[1]', '[0,4]')},"a":${entry('[1]', '[0,4]')}}`, 4),
      ': its header is no JSON that may stand there\n  where     character 58 of the header\n  expected  "a" only once\n  got       ":{\\"dtype\\":\\"F32\\",\\"sha"',
    ],
    [
      'the same name spelled otherwise',
      file(`{"a":${entry('[0]', '[0,0]')},"\\u0061":${entry('[0]', '[0,0]')}}`, 0),
      ': its header is no JSON that may stand there\n  where     character 63 of the header\n  expected  "a" only once\n  got       ":{\\"dtype\\":\\"F32\\",\\"sha"',
    ],
    [
      'a hundred thousand brackets',
      file(`{"a":${'['.repeat(1e5)}`, 0),
      ': its header is no JSON that may stand there\n  where     character 8 of the header\n  expected  no deeper nesting\n  got       "[[[[[[[[[[[[[[[[[[[["',
    ],
    [
      'metadata that is no text',
      file('{"__metadata__":{"format":1}}', 0),
      ': its header cannot be\n  where     __metadata__, "format"\n  expected  a text\n  got       1',
    ],
    [
      'a dtype of the format that is none here',
      file(`{"a":${entry('[4]', '[0,4]', 'F8_E4M3')}}`, 4),
      ': a tensor has a dtype that Sluice does not know\n  where     tensor "a"\n  expected  BOOL, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64\n  got       F8_E4M3',
    ],
    [
      'complex numbers',
      file(`{"a":${entry('[1]', '[0,8]', 'C64')}}`, 8),
      ': a tensor has a dtype that Sluice does not know\n  where     tensor "a"\n  expected  BOOL, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64\n  got       C64, complex numbers',
    ],
    [
      'a truth that is neither',
      file(`{"a":${entry('[2]', '[0,2]', 'BOOL')}}`, 2, 2),
      ': a bool is neither 0 nor 1\n  where     tensor "a", element 0\n  expected  0 or 1\n  got       2',
    ],
    [
      'text after its end',
      file('{}{}', 0),
      ': its header is no JSON that may stand there\n  where     character 3 of the header\n  expected  nothing more\n  got       "{}"',
    ],
    [
      'bytes that are no UTF-8',
      Uint8Array.from([3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0x7d]),
      ': its header is no text\n  expected  JSON in UTF-8\n  got       bytes that are no UTF-8',
    ],
  ])('%s', (_, bytes, message) => {
    expect(messageOf(bytes)).toMatch(
      new RegExp(`^FILE ${name}${escaped(message)}\\n  fix {7}[^\\n]+$`),
    )
  })

  test('names of objects in JavaScript mean nothing', () => {
    const { tensors } = readSafetensors(file(`{"__proto__":${entry('[1]', '[0,4]')}}`, 4))
    expect([...tensors.keys()]).toEqual(['__proto__'])
  })
})

test('offsets may be larger than the root of the greatest whole number', () => {
  const size = 40_000_000 // bytes; the product of two such offsets in bits is beyond 2⁵³
  const data = new Uint8Array(size)
  const bytes = writeSafetensors({
    a: { shape: [size], dtype: 'u8', data },
    b: { shape: [size], dtype: 'u8', data },
  })
  expect([...readSafetensors(bytes, { name }).tensors.keys()]).toEqual(['a', 'b'])
})

test('a file that is larger than allowed is not read', () => {
  const bytes = writeSafetensors({ w: tensor([1, 2]) })
  expect(() => readSafetensors(bytes, { name, maxBytes: 71 })).toThrow(
    `FILE ${name} is too large\n` +
      '  expected  at most 71 bytes\n' +
      '  got       72\n' +
      '  fix       raise maxBytes if you trust where it comes from',
  )
  expect(readSafetensors(bytes, { maxBytes: 72 }).tensors.size).toBe(1)
})

test('a tensor that cannot be written is refused', () => {
  expect(() => writeSafetensors({ __metadata__: tensor([1]) })).toThrow(
    'OPTION writeSafetensors: a tensor cannot be called __metadata__',
  )
  const short: Tensor = { shape: [3], dtype: 'f32', data: new Float32Array(2) }
  expect(() => writeSafetensors({ short })).toThrow(
    'SHAPE writeSafetensors: a tensor and its shape differ in size\n  where     tensor "short"',
  )
})

function messageOf(bytes: Uint8Array): string {
  try {
    readSafetensors(bytes, { name })
  } catch (error) {
    if (error instanceof Error) return error.message
  }
  return 'it was read'
}

/** A file of a header and `count` bytes of elements. */
function file(header: string, count: number, byte = 0): Uint8Array {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + text.length + count).fill(byte)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

function withLength(header: string, length: bigint): Uint8Array {
  const bytes = file(header, 0)
  new DataView(bytes.buffer).setBigUint64(0, length, true)
  return bytes
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(base64, 'base64'))
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
