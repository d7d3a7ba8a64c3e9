import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
// What NumPy writes; test/vectors/numpy-files.py made it.
import recorded from '../../test/vectors/numpy-files.json' with { type: 'json' }
import { SluiceError } from '../errors.ts'
import { type DType, dtypes } from '../ir/dtype.ts'
import { type Tensor, tensor, toNested } from '../ir/tensor.ts'
import { readNpy, writeNpy } from './npy.ts'
import { npyNames } from './npy-header.ts'
import { readNpz, writeNpz } from './npz.ts'

type Recorded = keyof typeof recorded

const matrix = tensor([
  [0, 0.25, 0.5],
  [0.75, 1, 1.25],
])

describe('what NumPy writes is read:', () => {
  test.each(['a matrix', 'version 2', 'version 3', 'big-endian', 'Fortran'] as const)(
    '%s',
    (title) => {
      expect(readNpy(bytesOf(title))).toEqual(matrix)
    },
  )

  test('numbers, empty arrays and many axes', () => {
    expect(readNpy(bytesOf('a number'))).toEqual(tensor(1.5, { dtype: 'f64' }))
    expect(readNpy(bytesOf('nothing')).shape).toEqual([0, 3])
    expect(readNpy(bytesOf('ten axes')).shape).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 2])
  })

  test('elements that are turned in order and in bytes', () => {
    const numbers = [0, 1, 2].map((row) => [0, 1, 2, 3].map((column) => 4 * row + column))
    const expected = [numbers, numbers.map((row) => row.map((number) => number + 12))]
    const found = readNpy(bytesOf('big-endian Fortran'))
    expect([found.dtype, toNested(found)]).toEqual(['i16', expected])
  })

  test.each([
    ['|b1', 'bool', [1, 0]],
    ['|i1', 'i8', [-128, 127]],
    ['|u1', 'u8', [0, 255]],
    ['<i2', 'i16', [-32768, 32767]],
    ['<u2', 'u16', [0, 65535]],
    ['<i4', 'i32', [-(2 ** 31), 2 ** 31 - 1]],
    ['<u4', 'u32', [0, 2 ** 32 - 1]],
    ['<i8', 'i64', [-(2n ** 63n), 2n ** 63n - 1n]],
    ['<u8', 'u64', [0n, 2n ** 64n - 1n]],
    ['<f2', 'f16', [0x7bff, 0x8000]],
    ['<f4', 'f32', [1.401298464324817e-45, Number.POSITIVE_INFINITY]],
    ['<f8', 'f64', [0.1, 5e-324]],
  ] as const)('the dtype %s', (title, dtype, elements) => {
    const found = readNpy(bytesOf(title))
    expect([found.dtype, [...found.data]]).toEqual([dtype, elements])
  })
})

test('what is written has the bytes that NumPy writes', () => {
  const same: readonly Recorded[] = ['a matrix', 'a number', 'nothing', 'ten axes']
  const dtypeFiles = Object.keys(recorded).filter((title) => /^[<|]/.test(title)) as Recorded[] // its keys
  expect(dtypeFiles).toHaveLength(12)
  for (const title of [...same, ...dtypeFiles]) {
    expect(writeNpy(readNpy(bytesOf(title))), title).toEqual(bytesOf(title))
  }
})

test('any tensor comes back as it was', () => {
  const kinds = Object.keys(npyNames) as DType[] // the keys of the table
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc.array(fc.nat(4), { maxLength: 4 }),
      (dtype, shape) => {
        const data = dtypes[dtype].allocate(shape.reduce((product, size) => product * size, 1))
        if (data.length > 0) new Uint8Array(data.buffer).fill(1)
        expect(readNpy(writeNpy({ shape, dtype, data }))).toEqual({ shape, dtype, data })
      },
    ),
  )
})

describe('what has no place here is refused, and says what to do:', () => {
  test.each([
    ['objects', /"\|O": Python objects, which are a pickle/],
    ['complex', /"<c8": complex numbers[\s\S]*array\.real/],
    ['texts', /"<U2": texts/],
    ['dates', /"<M8\[D\]": dates or times/],
    ['records', /records of several fields/],
  ] as const)('%s', (title, message) => {
    expectRefused(() => readNpy(bytesOf(title)), message)
  })

  test('another format', () => {
    expectRefused(() => readNpy(bytesOf('an archive')), /no array of NumPy[\s\S]*a ZIP archive/)
    expectRefused(() => readNpz(bytesOf('a matrix')), /no archive of NumPy[\s\S]*readNpy/)
  })

  test('bf16, which NumPy does not have', () => {
    const source = tensor([1], { dtype: 'bf16' })
    expect(() => writeNpy(source)).toThrow(/DTYPE writeNpy: NumPy has no bf16/)
  })

  test('a tensor that is no whole one', () => {
    const short: Tensor = { shape: [3], dtype: 'u8', data: new Uint8Array(2) }
    expect(() => writeNpy(short)).toThrow(/SHAPE writeNpy[\s\S]*got +2/)
  })
})

describe('a header that was made to do harm is refused:', () => {
  test.each([
    ['more elements than there are', '(2, 4), }', /24 bytes|32 bytes for f32\[2, 4\]/],
    ['sizes beyond all memory', '(1152921504606846976, 0x), }', /header cannot be/],
    ['a size of 2⁵³', `(${2 ** 53}, 3), }`, /sizes up to 2⁵³/],
    ['sizes whose product is beyond all memory', `(${2 ** 52}, ${2 ** 52}), }`, /differ in size/],
    ['a negative size', '(-2, 3), }', /expected +a size/],
    ['code instead of a size', "(__import__('os').system('x'),), }", /expected +a size/],
    ['a call', "exec('x'), }", /expected +a text, True, False or a tuple/],
    ['a key that stands twice', "(2, 3), 'descr': '|O', }", /expected +'descr' once/],
    ['text behind its end', '(2, 3), }, 1', /expected +nothing more/],
    ['no end', '(2, 3', /expected +, or \)[\s\S]*its end/],
  ] as const)('%s', (_, shape, message) => {
    expectRefused(
      () => readNpy(fileWith(`{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}`)),
      message,
    )
  })

  test('one without its fields, and one that is too long', () => {
    expectRefused(
      () => readNpy(fileWith("{'descr': '<f4'}")),
      /header cannot be[\s\S]*fortran_order/,
    )
    expectRefused(() => readNpy(fileWith(' '.repeat(20_000))), /up to 10000 bytes/)
  })

  test('an unknown version', () => {
    const bytes = bytesOf('a matrix').slice()
    bytes[6] = 4
    expectRefused(() => readNpy(bytes), /version 1, 2 or 3[\s\S]*got +4\.0/)
  })
})

test('a file that is cut off anywhere is refused, and so is one with a byte more', () => {
  const bytes = bytesOf('a matrix')
  for (let length = 0; length < bytes.length; length++) {
    expectRefused(() => readNpy(bytes.subarray(0, length)), /cut off|differ in size/)
  }
  expectRefused(() => readNpy(Uint8Array.from([...bytes, 0])), /differ in size[\s\S]*got +25/)
  expectRefused(() => readNpy(bytes, { maxBytes: 100 }), /too large/)
})

describe('archives', () => {
  test('are read, stored and deflated', () => {
    const stored = readNpz(bytesOf('an archive'))
    expect([...stored.keys()]).toEqual(['W', 'b'])
    expect(stored.get('W')).toEqual(matrix)
    expect(stored.get('b')).toEqual(tensor([0, 1, 2], { dtype: 'i64' }))
    const deflated = readNpz(bytesOf('a deflated archive'))
    expect(deflated.get('W')).toEqual(matrix)
    expect(deflated.get('zeros')).toEqual(tensor(new Float64Array(1000)))
  })

  test('come back as they were written, and the same tensors give the same bytes', () => {
    const tensors = new Map([
      ['W', matrix],
      ['b/0', tensor(3)],
    ])
    for (const isDeflated of [false, true]) {
      const bytes = writeNpz(tensors, { isDeflated })
      expect(readNpz(bytes)).toEqual(tensors)
      expect(writeNpz(Object.fromEntries(tensors), { isDeflated })).toEqual(bytes)
    }
  })

  test('take no more than maxBytes when they are inflated', () => {
    const bomb = writeNpz({ zeros: tensor(new Uint8Array(1e6)) }, { isDeflated: true })
    expect(bomb.length).toBeLessThan(2e3)
    expectRefused(() => readNpz(bomb, { maxBytes: 1e5 }), /declares more than there is room for/)
    expect(readNpz(bomb).get('zeros')?.shape).toEqual([1e6])
  })

  test('that are damaged anywhere are refused, or give what was saved', () => {
    const bytes = bytesOf('an archive')
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const changed = bytes.slice()
        changed[at] = byte
        try {
          // A name, a date and the like may change; elements are told by their checksum.
          expect(readNpz(changed).size).toBeLessThanOrEqual(2)
        } catch (error) {
          expect(error).toBeInstanceOf(SluiceError)
        }
      }),
    )
  })
})

/** What a reader says where it refuses; fails where it does not, or throws anything else. */
function expectRefused(read: () => unknown, message: RegExp): void {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(SluiceError)
    expect(String(error)).toMatch(message)
    expect(String(error)).toMatch(/\n {2}fix {7}./)
    return
  }
  expect.unreachable('it was read')
}

function bytesOf(title: Recorded): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(recorded[title], 'base64'))
}

/** A file of version 2 with this header and 24 bytes of elements. */
function fileWith(header: string): Uint8Array {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(12 + text.length + 24)
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0])
  new DataView(bytes.buffer).setUint32(8, text.length, true)
  bytes.set(text, 12)
  return bytes
}
