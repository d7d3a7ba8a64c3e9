import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DType, dtypes } from './dtype.ts'
import { type Tensor, tensor } from './tensor.ts'
import { isSameTensor } from './tensor-content.ts'
import {
  filled,
  isUniform,
  parseBytes,
  parseElements,
  printBytes,
  printElement,
  printElements,
  printNumber,
} from './tensor-text.ts'

const allDTypes = Object.keys(dtypes) as DType[] // the keys are the dtypes

/** Tensors of any bits; bool holds 0 and 1. */
const anyTensor: fc.Arbitrary<Tensor> = fc
  .record({ dtype: fc.constantFrom(...allDTypes), bytes: fc.uint8Array({ maxLength: 64 }) })
  .map(({ dtype, bytes }) => {
    const length = Math.floor(bytes.length / dtypes[dtype].sizeBytes)
    const data = dtypes[dtype].allocate(length)
    const into = new Uint8Array(data.buffer)
    into.set(dtype === 'bool' ? bytes.map((byte) => byte & 1) : bytes.subarray(0, data.byteLength))
    return { shape: [length], dtype, data }
  })

describe('elements as text', () => {
  it.each([
    [
      'f32',
      [0.1, 1 / 3, 16777216, 1e-45, 3.4028234663852886e38],
      '[0.1, 0.33333334, 16777216, 1e-45, 3.4028235e+38]',
    ],
    ['f64', [0.1, 1 / 3, 5e-324], '[0.1, 0.3333333333333333, 5e-324]'],
    ['f32', [Number.NaN, Infinity, -Infinity, -0, 0], '[NaN, Infinity, -Infinity, -0, 0]'],
    ['f16', [0.1, 65504, 6e-8, -0], '[0.1, 65500, 6e-8, -0]'],
    ['bf16', [0.1, 3.14159], '[0.1, 3.14]'],
    ['i8', [-128, 127], '[-128, 127]'],
    ['u64', [0, 2 ** 53 - 1], '[0, 9007199254740991]'],
    ['bool', [1, 0], '[true, false]'],
  ] as const)('of %s are the shortest that read back: %j', (dtype, numbers, text) => {
    expect(printElements(tensor([...numbers], { dtype }))).toBe(text)
  })

  it('stand in brackets as the shape has it', () => {
    expect(printElements(tensor(7))).toBe('7')
    expect(printElements(tensor([7]))).toBe('[7]')
    expect(
      printElements(
        tensor([
          [
            [1, 2],
            [3, 4],
          ],
          [
            [5, 6],
            [7, 8],
          ],
        ]),
      ),
    ).toBe('[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]')
    expect(printElements(tensor([[[1]], [[2]]]))).toBe('[[[1]], [[2]]]')
    expect(printElements(tensor([[], []]))).toBe('[]')
  })

  it('give any bits back, all NaN as one', () => {
    fc.assert(
      fc.property(anyTensor, (given) => {
        const { length } = given.data
        const texts = Array.from({ length }, (_, index) => printElement(given, index))
        const data = parseElements(texts, given.dtype)
        expect(isSameTensor({ ...given, data }, given)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['u8', '256', 'DTYPE tensor: 256 does not fit u8'],
    ['i32', '1.5', 'DTYPE tensor: 1.5 does not fit i32'],
    ['i64', '9223372036854775808', 'DTYPE tensor: 9223372036854775808 does not fit i64'],
    ['u64', '-1', 'DTYPE tensor: -1 does not fit u64'],
    ['u64', '1e3', 'DTYPE tensor: 1e3 does not fit u64'],
    ['i64', '9'.repeat(10 ** 6), 'DTYPE tensor: 999999999999999999999999 does not fit i64'],
  ] as const)('that %s does not hold are an error: %.24s', (dtype, text, message) => {
    expect(() => parseElements([text], dtype)).toThrow(message)
  })
})

describe('bytes as text', () => {
  it('are base64 of the lowest byte first', () => {
    // Expected: Python 3, base64.b64encode(struct.pack('<2f', 1, -2)).
    expect(printBytes(tensor([1, -2]))).toBe('AACAPwAAAMA=')
    expect(parseBytes('AACAPwAAAMA=', 'f32', 2)).toEqual(new Float32Array([1, -2]))
  })

  it('come back at every length and padding', () => {
    // 12288 bytes are one piece of base64.
    for (const length of [...Array(8).keys(), 12287, 12288, 12289, 24577]) {
      const data = Uint8Array.from({ length }, (_, index) => index * 7)
      const text = printBytes({ shape: [length], dtype: 'u8', data })
      expect(text).toBe(Buffer.from(data).toString('base64'))
      const back = parseBytes(text, 'u8', length)
      expect(Buffer.compare(back as Uint8Array, data)).toBe(0) // u8 is held so
    }
  })

  it('are those of a view, not of the buffer behind it', () => {
    const data = new Float32Array([9, 1, -2, 9]).subarray(1, 3)
    expect(printBytes({ shape: [2], dtype: 'f32', data })).toBe('AACAPwAAAMA=')
  })

  it.each([
    ['too short', 'AACAPwAAAM=='],
    ['too long', 'AACAPwAAAMAA'],
    ['no base64', 'AACAPwAA*MA='],
    ['padded in the middle', 'AAC=PwAAAMA='],
    ['empty', ''],
  ])('that are %s are refused', (_, text) => {
    expect(parseBytes(text, 'f32', 2)).toBeUndefined()
  })
})

describe('bytes of bool', () => {
  it('are 0 and 1 alone', () => {
    expect(parseBytes('AAE=', 'bool', 2)).toEqual(new Uint8Array([0, 1]))
    expect(parseBytes('AAI=', 'bool', 2)).toBeUndefined()
  })
})

describe('one element everywhere', () => {
  it('is seen where it is, bit for bit', () => {
    expect(isUniform(tensor([2, 2, 2]))).toBe(true)
    expect(isUniform(tensor([2, 2, 3]))).toBe(false)
    expect(isUniform(tensor([0, -0]))).toBe(false)
    expect(isUniform(tensor([Number.NaN, Number.NaN]))).toBe(true)
    expect(isUniform(tensor([]))).toBe(false)
  })

  it('fills a shape', () => {
    expect(filled([2, 2], 'i64', new BigInt64Array([-3n])).data).toEqual(
      new BigInt64Array([-3n, -3n, -3n, -3n]),
    )
    expect(filled([2], 'f16', new Uint16Array([0x3c00]))).toEqual(tensor([1, 1], { dtype: 'f16' }))
  })
})

describe('a number as text', () => {
  it('keeps its sign where it is 0', () => {
    expect([0, -0, 1e21, -1.5, Number.NaN, -Infinity].map(printNumber)).toEqual([
      '0',
      '-0',
      '1e+21',
      '-1.5',
      'NaN',
      '-Infinity',
    ])
  })
})
