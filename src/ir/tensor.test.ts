import { describe, expect, it } from 'vitest'
import type { DType, TypedArray } from './dtype.ts'
import {
  formatNumber,
  formatTensor,
  fromNumbers,
  isTensor,
  isTypedArray,
  type NestedArray,
  numberAt,
  tensor,
  toNested,
  toNumbers,
} from './tensor.ts'

describe('tensor', () => {
  it.each<[string, NestedArray, readonly number[], DType, readonly number[]]>([
    ['a number', 7, [], 'f32', [7]],
    ['a list', [1, 2, 3], [3], 'f32', [1, 2, 3]],
    [
      'rows',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [2, 3],
      'f32',
      [1, 2, 3, 4, 5, 6],
    ],
    ['a boolean', true, [], 'bool', [1]],
    ['booleans', [[true], [false]], [2, 1], 'bool', [1, 0]],
    ['nothing', [], [0], 'f32', []],
    ['empty rows', [[], []], [2, 0], 'f32', []],
  ])('takes %s', (_, from, shape, dtype, numbers) => {
    const made = tensor(from)
    expect([made.shape, made.dtype, toNumbers(made)]).toEqual([shape, dtype, numbers])
  })

  it.each<[DType, TypedArray]>([
    ['f32', new Float32Array([1, 2])],
    ['f64', new Float64Array([1, 2])],
    ['i8', new Int8Array([1, 2])],
    ['i16', new Int16Array([1, 2])],
    ['i32', new Int32Array([1, 2])],
    ['i64', new BigInt64Array([1n, 2n])],
    ['u8', new Uint8Array([1, 2])],
    ['u16', new Uint16Array([1, 2])],
    ['u32', new Uint32Array([1, 2])],
    ['u64', new BigUint64Array([1n, 2n])],
  ])('keeps a typed array as it is, as %s', (dtype, data) => {
    expect(tensor(data)).toEqual({ shape: [2], dtype, data })
    expect(tensor(data).data).toBe(data)
    expect(tensor(data, { shape: [2, 1] })).toEqual({ shape: [2, 1], dtype, data })
  })

  it('takes another tensor, under another shape or dtype where asked', () => {
    const rows = tensor([
      [1, 2],
      [3, 4],
    ])
    expect(tensor(rows)).toEqual(rows)
    expect(tensor(rows, { shape: [4] }).shape).toEqual([4])
    expect(tensor(rows, { dtype: 'i32' }).data).toEqual(new Int32Array([1, 2, 3, 4]))
    expect(tensor(rows, { dtype: 'i64' }).data).toEqual(new BigInt64Array([1n, 2n, 3n, 4n]))
  })

  it('rounds to f32 and to the half floats', () => {
    expect(numberAt(tensor(0.1), 0)).toBe(Math.fround(0.1))
    // NumPy: np.float16(0.1); ml_dtypes: bfloat16(0.1).
    expect(numberAt(tensor(0.1, { dtype: 'f16' }), 0)).toBe(0.0999755859375)
    expect(numberAt(tensor(0.1, { dtype: 'bf16' }), 0)).toBe(0.10009765625)
    expect(tensor([1, -2], { dtype: 'f16' }).data).toEqual(new Uint16Array([0x3c00, 0xc000]))
  })

  it('says where rows differ in length or depth', () => {
    expect(
      messageOf(() => tensor([[1, 2], [3]])),
    ).toBe(`SHAPE tensor: a nested array is not rectangular
  expected  rows of 2 at depth 1, as the first one
  got       a row of 1
  fix       make all rows of one depth equally long`)
    expect(messageOf(() => tensor([[1, 2], 3]))).toContain('got       a single number')
    expect(messageOf(() => tensor([1, [2]]))).toContain(
      'expected  single numbers at depth 1, as the first one\n  got       a row of 1',
    )
    expect(messageOf(() => tensor([[], [1]]))).toContain('expected  rows of 0 at depth 1')
  })

  it('says where the data does not fill the shape', () => {
    expect(
      messageOf(() => tensor(new Float32Array(5), { shape: [2, 3] })),
    ).toBe(`SHAPE tensor: the data does not fill the shape
  expected  6 elements for shape [2, 3]
  got       5 elements
  fix       give as many elements as the product of the sizes`)
    expect(messageOf(() => tensor([1, 2], { shape: [1.5] }))).toContain(
      'a size is not a whole number',
    )
  })

  it.each<[number, DType]>([
    [1.5, 'i32'],
    [2 ** 31, 'i32'],
    [-1, 'u32'],
    [256, 'u8'],
    [-129, 'i8'],
    [65536, 'u16'],
    [Number.NaN, 'i32'],
    [Infinity, 'u8'],
    [0.5, 'i64'],
    [2 ** 53, 'i64'],
    [-1, 'u64'],
  ])('says that %s does not fit %s', (number, dtype) => {
    expect(
      messageOf(() => tensor([0, number], { dtype })),
    ).toBe(`DTYPE tensor: ${number} does not fit ${dtype}
  expected  whole numbers that ${dtype} holds
  got       ${number} at element 1
  fix       round or scale the data, or choose another dtype`)
  })

  it('takes only true, false, 0 and 1 for bool', () => {
    expect(tensor([0, 1, -0], { dtype: 'bool' }).data).toEqual(new Uint8Array([0, 1, 0]))
    expect(messageOf(() => tensor([2], { dtype: 'bool' }))).toContain(
      'tensor: 2 does not fit bool\n  expected  true, false, 0 or 1',
    )
  })
})

describe('reading a tensor', () => {
  it('gives nested arrays, booleans for bool', () => {
    expect(
      toNested(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(toNested(tensor([[true], [false]]))).toEqual([[true], [false]])
    expect(toNested(tensor(2.5))).toBe(2.5)
    expect(toNested(tensor([[], []]))).toEqual([[], []])
  })

  it('gives numbers for all dtypes', () => {
    expect(toNumbers(tensor(new BigInt64Array([-3n])))).toEqual([-3])
    expect(toNumbers({ shape: [1], dtype: 'bf16', data: new Uint16Array([0x3f80]) })).toEqual([1])
  })

  it('knows tensors and typed arrays from what is none', () => {
    expect([tensor(1), null, 7, [], {}, { shape: [], dtype: 'f32' }].map(isTensor)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ])
    const arrays = [new Uint8Array(1), new BigInt64Array(1), new DataView(new ArrayBuffer(1)), [1]]
    expect(arrays.map(isTypedArray)).toEqual([true, true, false, false])
  })
})

describe('typed arrays from numbers', () => {
  it('hold the numbers in the array of the dtype', () => {
    expect(fromNumbers([1, 2], 'f64')).toEqual(new Float64Array([1, 2]))
    expect(fromNumbers([2 ** 53 - 1], 'u64')).toEqual(new BigUint64Array([2n ** 53n - 1n]))
    expect(fromNumbers([1], 'f16')).toEqual(new Uint16Array([0x3c00]))
  })
})

describe('a tensor as text', () => {
  it('has its type and its elements', () => {
    expect(
      formatTensor(
        tensor([
          [1, -2],
          [0.5, 1 / 3],
        ]),
      ),
    ).toBe('f32[2, 2] [[1, −2], [0.5, 0.3333]]')
    expect(formatTensor(tensor(7, { dtype: 'i32' }))).toBe('i32[] 7')
    expect(formatTensor(tensor([]))).toBe('f32[0] []')
  })

  it('leaves out the middle of more than 8', () => {
    const counting = (length: number) => tensor(Array.from({ length }, (_, index) => index))
    expect(formatTensor(counting(8))).toBe('f32[8] [0, 1, 2, 3, 4, 5, 6, 7]')
    expect(formatTensor(counting(9))).toBe('f32[9] [0, 1, 2, …, 6, 7, 8]')
    const rows = tensor(counting(20), { shape: [10, 2] })
    expect(formatTensor(rows)).toBe(
      'f32[10, 2] [[0, 1], [2, 3], [4, 5], …, [14, 15], [16, 17], [18, 19]]',
    )
    const columns = tensor(counting(18), { shape: [2, 9] })
    expect(formatTensor(columns)).toBe(
      'f32[2, 9] [[0, 1, 2, …, 6, 7, 8], [9, 10, 11, …, 15, 16, 17]]',
    )
  })

  it('writes numbers with the digits asked for', () => {
    const numbers = [0, -0.5, 123456, 1e-7, -1.5e-7, 1e21, Number.NaN, Infinity, -Infinity]
    expect(numbers.map((number) => formatNumber(number))).toEqual([
      '0',
      '−0.5',
      '123500',
      '1e-7',
      '−1.5e-7',
      '1e+21',
      'NaN',
      '∞',
      '−∞',
    ])
    expect(formatNumber(Math.PI, 6)).toBe('3.14159')
    expect(formatTensor(tensor([Math.PI], { dtype: 'f64' }), 2)).toBe('f64[1] [3.1]')
  })
})

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  throw new Error('nothing was thrown')
}
