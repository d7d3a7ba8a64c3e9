/**
 * The IDX format of the MNIST files: a magic number that names the dtype and counts the axes, their
 * sizes, and the elements, all big-endian; often gzipped.
 *
 * Source: Y. LeCun, "The MNIST database of handwritten digits".
 */
import { gunzipSync } from 'node:zlib'
import { type DType, dtypes, type TypedArray } from '../ir/dtype.ts'
import { formatShape, sizeOf } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import { damaged } from './damaged.ts'

export interface ReadIdxOptions {
  /** What errors call the file. Default `the IDX file`. */
  readonly name?: string
  /** A file that is larger, or becomes larger when it is inflated, is refused. Default 2³¹, 2 GiB. */
  readonly maxBytes?: number
}

/** The codes of the third byte. */
const codes: ReadonlyMap<number, DType> = new Map([
  [0x08, 'u8'],
  [0x09, 'i8'],
  [0x0b, 'i16'],
  [0x0c, 'i32'],
  [0x0d, 'f32'],
  [0x0e, 'f64'],
])

/**
 * The tensor of an IDX file, gzipped or not.
 *
 * Throws: FILE for a file that is cut off, longer than its sizes say, of another format, or larger
 * than `maxBytes`.
 *
 * @example
 * readIdx(await readFile('t10k-images-idx3-ubyte.gz')) // u8[10000, 28, 28]
 */
export function readIdx(
  bytes: Uint8Array,
  { name = 'the IDX file', maxBytes = 2 ** 31 }: ReadIdxOptions = {},
): Tensor {
  const whole = inflated(bytes, name, maxBytes)
  const [zero, alsoZero, code = 0, rank = 0] = whole
  const dtype = codes.get(code)
  if (zero !== 0 || alsoZero !== 0 || dtype === undefined) {
    throw damaged(`${name} is no IDX file`, {
      expected: `a magic number 0, 0, one of ${[...codes.keys()].join(', ')}, axes`,
      got: whole.length === 0 ? 'an empty file' : `it begins with ${whole.slice(0, 4).join(', ')}`,
    })
  }
  const start = 4 + 4 * rank
  if (whole.length < start) {
    throw damaged(`${name} ends within its header`, {
      expected: `${start} bytes for ${rank} axes`,
      got: `${whole.length}`,
    })
  }
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength)
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis))
  const needed = sizeOf(shape) * dtypes[dtype].sizeBytes
  if (whole.length - start !== needed) {
    throw damaged(`${name} and its sizes differ`, {
      expected: `${needed} bytes for ${dtype}${formatShape(shape)}`,
      got: `${whole.length - start}`,
    })
  }
  return { shape, dtype, data: littleEndian(whole.subarray(start), dtype) }
}

function inflated(bytes: Uint8Array, name: string, maxBytes: number): Uint8Array {
  if (bytes.length > maxBytes) throw tooLarge(name, maxBytes, `${bytes.length}`)
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException // zlib throws nothing else
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(name, maxBytes, 'more when inflated')
    throw damaged(`${name} cannot be inflated`, { expected: 'a whole gzip file', got: message })
  }
}

function tooLarge(name: string, maxBytes: number, got: string): Error {
  return damaged(`${name} is too large`, {
    ...{ expected: `at most ${maxBytes} bytes`, got },
    fix: 'raise maxBytes if you trust where it comes from',
  })
}

/** A copy of big-endian elements, each turned round, as the machines that run JavaScript are. */
function littleEndian(bytes: Uint8Array, dtype: DType): TypedArray {
  const { sizeBytes, allocate } = dtypes[dtype]
  const elements = allocate(bytes.length / sizeBytes)
  const copy = new Uint8Array(elements.buffer)
  copy.set(bytes)
  if (sizeBytes > 1) {
    for (let at = 0; at < copy.length; at += sizeBytes) copy.subarray(at, at + sizeBytes).reverse()
  }
  return elements
}
