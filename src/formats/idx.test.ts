import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { SluiceError } from '../errors.ts'
import { type Tensor, tensor } from '../ir/tensor.ts'
import { readIdx, writeIdx } from './idx.ts'

/** A 2 × 3 matrix of bytes, as the format's description spells it. */
const bytes = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 250, 251, 255]

test('bytes come in their shape', () => {
  const { shape, dtype, data } = readIdx(Uint8Array.from(bytes))
  expect({ shape, dtype, data: [...data] }).toEqual({
    shape: [2, 3],
    dtype: 'u8',
    data: [1, 2, 3, 250, 251, 255],
  })
})

test('larger elements are turned from big-endian', () => {
  const i16 = [0, 0, 0x0b, 1, 0, 0, 0, 2, 0x01, 0x02, 0xff, 0xfe]
  expect([...readIdx(Uint8Array.from(i16)).data]).toEqual([258, -2])
  const f32 = [0, 0, 0x0d, 1, 0, 0, 0, 1, 0x3f, 0xc0, 0, 0] // 1.5 is 0x3fc00000
  expect([...readIdx(Uint8Array.from(f32)).data]).toEqual([1.5])
  const f64 = [0, 0, 0x0e, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0] // no axes; -2 is 0xc000…
  expect(readIdx(Uint8Array.from(f64))).toMatchObject({ shape: [], data: new Float64Array([-2]) })
})

test('a gzipped file is inflated', () => {
  expect(readIdx(gzipSync(Uint8Array.from(bytes))).shape).toEqual([2, 3])
})

test('a file in the middle of another buffer is read from where it begins', () => {
  const inside = Uint8Array.from([9, 9, 9, ...bytes]).subarray(3)
  expect([...readIdx(inside).data]).toEqual([1, 2, 3, 250, 251, 255])
})

const whole = gzipSync(Uint8Array.from(bytes))
const huge = [0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]

describe.each([
  ['nothing', [], /the IDX file is no IDX file[\s\S]*an empty file/],
  ['another format', [80, 75, 3, 4], /is no IDX file[\s\S]*it begins with 80, 75, 3, 4/],
  ['a dtype that is not there', [0, 0, 7, 0], /is no IDX file/],
  ['half a header', bytes.slice(0, 7), /ends within its header[\s\S]*12 bytes for 2 axes/],
  ['too few elements', bytes.slice(0, -1), /differ[\s\S]*6 bytes for u8\[2, 3\][\s\S]*got +5/],
  ['too many elements', [...bytes, 0], /differ[\s\S]*got +7/],
  ['sizes beyond all memory', huge, /differ[\s\S]*got +1/],
  ['half a gzip file', [...whole.subarray(0, -9)], /cannot be inflated/],
] as const)('%s', (_, contents, message) => {
  test('is a clear error', () => {
    const read = () => readIdx(Uint8Array.from(contents))
    expect(read).toThrow(SluiceError)
    expect(read).toThrow(message)
  })
})

test('what is larger than allowed is refused, before it is inflated whole', () => {
  expect(() => readIdx(Uint8Array.from(bytes), { maxBytes: 17 })).toThrow(/too large/)
  const bomb = gzipSync(Uint8Array.from([0, 0, 8, 1, 0, 0x0f, 0x42, 0x40, ...new Uint8Array(1e6)]))
  expect(() => readIdx(bomb, { maxBytes: 1e5, name: 'bomb.gz' })).toThrow(
    /bomb\.gz is too large[\s\S]*more when inflated/,
  )
  expect(readIdx(bomb).shape).toEqual([1e6])
})

test('what inflates to more or to far less than it declares is refused', () => {
  const more = gzipSync(Uint8Array.from([...bytes, ...new Uint8Array(1e5)]))
  expect(() => readIdx(more)).toThrow(/differ[\s\S]*6 bytes for u8\[2, 3\][\s\S]*got +more/)
  const less = gzipSync(Uint8Array.from(huge))
  expect(() => readIdx(less)).toThrow(/differ[\s\S]*got +far fewer/)
})

test('what is written is read again, and has the bytes of the description', () => {
  const matrix = readIdx(Uint8Array.from(bytes))
  expect([...writeIdx(matrix)]).toEqual(bytes)
  const f64 = tensor([1.5, -0, Number.NaN, 5e-324], { dtype: 'f64' })
  expect(readIdx(writeIdx(f64))).toEqual(f64)
  const scalar = tensor(-7, { dtype: 'i16' })
  expect(readIdx(writeIdx(scalar))).toEqual(scalar)
})

test('a tensor that the format cannot hold is refused', () => {
  expect(() => writeIdx(tensor(1, { dtype: 'i64' }))).toThrow(
    /DTYPE writeIdx: the format has no i64/,
  )
  const short: Tensor = { shape: [3], dtype: 'u8', data: new Uint8Array(2) }
  expect(() => writeIdx(short)).toThrow(/SHAPE writeIdx[\s\S]*u8\[3\] of 2 elements/)
})

const mnist = new URL('../../../shared/data/mnist/t10k-images-idx3-ubyte.gz', import.meta.url)

test.skipIf(!existsSync(mnist))(
  'the real digits are read (where they lie beside the checkout)',
  () => {
    const { shape, dtype, data } = readIdx(readFileSync(mnist))
    expect({ shape, dtype }).toEqual({ shape: [10_000, 28, 28], dtype: 'u8' })
    expect(Math.max(...Array.from(data.slice(0, 784), Number))).toBe(255)
  },
)
