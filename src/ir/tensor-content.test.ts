import { describe, expect, it } from 'vitest'
import type { DType } from './dtype.ts'
import { dtypes } from './dtype.ts'
import { type Tensor, tensor } from './tensor.ts'
import { contentHash, isSameTensor } from './tensor-content.ts'

/** Both answers at once: comparison and hash must agree. */
function areSame(a: Tensor, b: Tensor): boolean {
  const isSame = isSameTensor(a, b)
  expect(contentHash(a) === contentHash(b)).toBe(isSame)
  return isSame
}

describe('what a tensor holds', () => {
  // Expected: test/vectors/content-hash.py.
  it('has a hash that is the same on every machine', () => {
    const data = new Float32Array([1.5, -0])
    expect(contentHash({ shape: [2], dtype: 'f32', data })).toBe('130a27ae33e967cf')
  })

  it.each(Object.keys(dtypes) as DType[])('is the same in two copies of %s', (dtype) => {
    expect(areSame(tensor([0, 1, 1], { dtype }), tensor([0, 1, 1], { dtype }))).toBe(true)
    expect(areSame(tensor([0, 1, 1], { dtype }), tensor([0, 1, 0], { dtype }))).toBe(false)
    expect(areSame(tensor([0, 1, 1], { dtype }), tensor([1, 0, 1], { dtype }))).toBe(false)
  })

  it('depends on the shape', () => {
    expect(areSame(tensor([1, 2]), tensor([[1, 2]]))).toBe(false)
    expect(areSame(tensor([[1], [2]]), tensor([[1, 2]]))).toBe(false)
    const none = new Float32Array(0)
    const empty = (shape: readonly number[]): Tensor => ({ shape, dtype: 'f32', data: none })
    expect(areSame(empty([0, 2]), empty([2, 0]))).toBe(false)
    expect(areSame(empty([0, 2]), empty([0, 2]))).toBe(true)
  })

  it('depends on the dtype where the bytes are the same', () => {
    const data = new Uint16Array([0x3c00])
    const as = (dtype: DType): Tensor => ({ shape: [1], dtype, data })
    expect(areSame(as('f16'), as('bf16'))).toBe(false)
    expect(areSame(as('f16'), as('u16'))).toBe(false)
  })

  it('tells 0 from -0', () => {
    for (const dtype of ['f32', 'f64', 'f16', 'bf16'] as const) {
      expect(areSame(tensor([0], { dtype }), tensor([-0], { dtype }))).toBe(false)
    }
  })

  it('takes all NaN for one, in whatever bits', () => {
    const f32 = (bits: number): Tensor => {
      return { shape: [1], dtype: 'f32', data: new Float32Array(new Uint32Array([bits]).buffer) }
    }
    expect(areSame(f32(0x7fc00000), f32(0xffc00001))).toBe(true)
    expect(areSame(f32(0x7fc00000), f32(0x7f800000))).toBe(false)
    const f64 = (low: number, high: number): Tensor => {
      const data = new Float64Array(new Uint32Array([low, high]).buffer)
      return { shape: [1], dtype: 'f64', data }
    }
    expect(areSame(f64(0, 0x7ff80000), f64(1, 0xfff00000))).toBe(true)
    const half = (dtype: DType, bits: number): Tensor => {
      return { shape: [1], dtype, data: new Uint16Array([bits]) }
    }
    expect(areSame(half('f16', 0x7e00), half('f16', 0xfc01))).toBe(true)
    expect(areSame(half('f16', 0x7e00), half('f16', 0x7c00))).toBe(false)
    expect(areSame(half('bf16', 0x7fc0), half('bf16', 0xff81))).toBe(true)
    expect(areSame(half('bf16', 0x7fc0), half('bf16', 0x7f80))).toBe(false)
    // The same bits are a number as an integer.
    expect(areSame(half('u16', 0x7e00), half('u16', 0xfc01))).toBe(false)
  })

  it('tells 64-bit integers that are one number', () => {
    const i64 = (integer: bigint): Tensor => {
      return { shape: [1], dtype: 'i64', data: new BigInt64Array([integer]) }
    }
    expect(Number(2n ** 53n)).toBe(Number(2n ** 53n + 1n))
    expect(areSame(i64(2n ** 53n), i64(2n ** 53n + 1n))).toBe(false)
    expect(areSame(i64(-1n), i64(-1n))).toBe(true)
  })

  it('is that of a view, not of the buffer behind it', () => {
    const data = new Float32Array([9, 1, 2, 9])
    const view: Tensor = { shape: [2], dtype: 'f32', data: data.subarray(1, 3) }
    expect(areSame(view, tensor([1, 2]))).toBe(true)
  })
})
