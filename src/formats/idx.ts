/**
 * The IDX format of the MNIST files: a magic number that names the dtype and counts the axes, their
 * sizes, and the elements, all big-endian; often gzipped.
 *
 * Source: Y. LeCun, "The MNIST database of handwritten digits".
 */
import { SluiceError } from '../errors.ts'
import { type DType, dtypes, type TypedArray } from '../ir/dtype.ts'
import { formatShape, type Shape, sizeOf } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import { formatType } from '../ir/value.ts'
import { damaged, tooLarge } from './damaged.ts'
import { bytesOf, turnRound } from './elements.ts'
import { createFilling, type Filling } from './filling.ts'
import { canBecome, inflatePieces } from './inflate.ts'

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
  if (bytes.length > maxBytes) throw tooLarge(name, maxBytes, `${bytes.length}`)
  const isGzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  const filling = idxFilling({ bytes, isGzipped, name, maxBytes })
  if (isGzipped) inflatePieces(bytes, 'gzip', { name, take: filling.take })
  else filling.take(bytes)
  const { facts, filled } = filling
  if (!facts) throw withoutHeader(filling, name)
  const { shape, dtype, data } = facts
  if (filled !== data.byteLength) throw otherSize(name, facts, `${filled}`)
  turnRound(bytesOf(data), dtypes[dtype].sizeBytes)
  return { shape, dtype, data }
}

/**
 * The bytes of an IDX file, which the readers of MNIST take.
 *
 * Throws: DTYPE for a dtype that the format does not have; SHAPE for more than 255 axes, an axis of
 * 2³² or more, and for a tensor with another number of elements than its shape has.
 *
 * @example
 * await writeFile('labels.idx1-ubyte', writeIdx(tensor(labels, { dtype: 'u8' })))
 */
export function writeIdx(tensor: Tensor): Uint8Array<ArrayBuffer> {
  const { shape, dtype, data } = tensor
  const code = [...codes].find(([, known]) => known === dtype)?.[0]
  if (code === undefined) {
    throw new SluiceError({
      code: 'DTYPE',
      what: `writeIdx: the format has no ${dtype}`,
      expected: [...codes.values()].join(', '),
      got: formatType(tensor),
      fix: 'convert it first',
    })
  }
  const isWhole = data.length === sizeOf(shape)
  if (!isWhole || shape.length > 255 || shape.some((size) => size >= 2 ** 32)) {
    throw new SluiceError({
      code: 'SHAPE',
      what: 'writeIdx: the tensor does not fit the format',
      expected: 'up to 255 axes, each shorter than 2³², and as many elements as they have',
      got: `${formatType(tensor)} of ${data.length} elements`,
      fix: isWhole ? 'split it' : 'give as many elements as the shape has',
    })
  }
  const start = headerLength(shape.length)
  const bytes = new Uint8Array(start + data.byteLength)
  const view = new DataView(bytes.buffer)
  bytes.set([0, 0, code, shape.length])
  for (const [axis, size] of shape.entries()) view.setUint32(4 + 4 * axis, size)
  bytes.set(bytesOf(data), start)
  turnRound(bytes.subarray(start), dtypes[dtype].sizeBytes)
  return bytes
}

interface IdxArray {
  readonly shape: Shape
  readonly dtype: DType
  readonly data: TypedArray
}

interface IdxFile {
  readonly bytes: Uint8Array
  readonly isGzipped: boolean
  readonly name: string
  readonly maxBytes: number
}

function idxFilling(file: IdxFile): Filling<IdxArray> {
  const { bytes, isGzipped, name, maxBytes } = file
  return createFilling({
    lengthOf: (begin) => {
      if (begin.length < 4) return undefined
      checkMagic(begin, name)
      return headerLength(begin[3] ?? 0)
    },
    prepare: (header) => {
      const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
      const dtype = codes.get(header[2] ?? 0) ?? 'u8'
      const shape = Array.from({ length: header[3] ?? 0 }, (_, axis) =>
        view.getUint32(4 + 4 * axis),
      )
      const needed = sizeOf(shape) * dtypes[dtype].sizeBytes
      const there = bytes.length - header.length
      if (isGzipped ? !canBecome(bytes.length, needed) : needed !== there) {
        throw otherSize(name, { shape, dtype }, isGzipped ? 'far fewer' : `${there}`)
      }
      if (needed + header.length > maxBytes) throw tooLarge(name, maxBytes, 'more when inflated')
      const data = dtypes[dtype].allocate(sizeOf(shape))
      return { facts: { shape, dtype, data }, target: bytesOf(data) }
    },
    overfull: (facts) => otherSize(name, facts, 'more'),
  })
}

function headerLength(rank: number): number {
  return 4 + 4 * rank
}

function checkMagic(begin: Uint8Array, name: string): void {
  const [zero, alsoZero, code = 0] = begin
  if (zero === 0 && alsoZero === 0 && codes.has(code)) return
  throw damaged(`${name} is no IDX file`, {
    expected: `a magic number 0, 0, one of ${[...codes.keys()].join(', ')}, axes`,
    got: begin.length === 0 ? 'an empty file' : `it begins with ${begin.slice(0, 4).join(', ')}`,
  })
}

function withoutHeader({ begin }: Filling<IdxArray>, name: string): SluiceError {
  if (begin.length < 4) checkMagic(begin, name)
  const rank = begin[3] ?? 0
  return damaged(`${name} ends within its header`, {
    expected: `${headerLength(rank)} bytes for ${rank} axes`,
    got: `${begin.length}`,
  })
}

function otherSize(
  name: string,
  { dtype, shape }: Pick<IdxArray, 'dtype' | 'shape'>,
  got: string,
): SluiceError {
  const needed = sizeOf(shape) * dtypes[dtype].sizeBytes
  return damaged(`${name} and its sizes differ`, {
    expected: `${needed} bytes for ${dtype}${formatShape(shape)}`,
    got,
  })
}
