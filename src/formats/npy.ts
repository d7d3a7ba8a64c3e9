/** Arrays of NumPy, `.npy`: a header and the elements. Source: NumPy, `numpy/lib/format.py`. */
import { SluiceError } from '../errors.ts'
import { type DType, dtypes, type TypedArray } from '../ir/dtype.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import { formatType } from '../ir/value.ts'
import { damaged, type Room, takeRoom, tooLarge } from './damaged.ts'
import { bytesOf, checkTruth, turnRound } from './elements.ts'
import { createFilling, type Filling } from './filling.ts'
import {
  type NpyHeader,
  npyHeaderLength,
  npyNames,
  readNpyHeader,
  writeNpyHeader,
} from './npy-header.ts'
import { columnStrides, copyRows } from './strided.ts'

export interface ReadNpyOptions {
  /** What errors call the file. Default `the npy file`. */
  readonly name?: string
  /** A larger file is refused. Default 2³¹, 2 GiB. */
  readonly maxBytes?: number
}

/**
 * The tensor of an npy file, of version 1 to 3, either byte order, row by row or in Fortran's order.
 *
 * Throws: FILE for a file that is cut off, longer than its header says, of another format, of elements
 * that have no dtype here (Python objects, which are a pickle, among them), or larger than `maxBytes`.
 * Source: NumPy `numpy.load`, with `allow_pickle=False`.
 *
 * @example
 * readNpy(await readFile('weights.npy')) // f32[784, 128]
 */
export function readNpy(
  bytes: Uint8Array,
  { name = 'the npy file', maxBytes = 2 ** 31 }: ReadNpyOptions = {},
): Tensor {
  if (bytes.length > maxBytes) throw tooLarge(name, maxBytes, `${bytes.length}`)
  const filling = npyFilling({ sizeBytes: bytes.length, name, room: { bytes: maxBytes } })
  filling.take(bytes)
  return filledTensor(filling, name)
}

/**
 * The bytes of an npy file, as `numpy.save` writes them.
 *
 * Throws: DTYPE for bf16, which NumPy does not have; SHAPE for a tensor with another number of elements
 * than its shape has.
 *
 * @example
 * await writeFile('weights.npy', writeNpy(program.parameters.get('0.weight')))
 */
export function writeNpy({ shape, dtype, data }: Tensor): Uint8Array<ArrayBuffer> {
  const word = npyNames[dtype]
  if (!word) {
    throw new SluiceError({
      code: 'DTYPE',
      what: `writeNpy: NumPy has no ${dtype}`,
      expected: Object.keys(npyNames).join(', '),
      got: formatType({ dtype, shape }),
      fix: "convert it first: tensor(toNested(source), { dtype: 'f32' })",
    })
  }
  if (data.length !== sizeOf(shape)) {
    throw new SluiceError({
      code: 'SHAPE',
      what: 'writeNpy: a tensor and its shape differ in size',
      expected: `${sizeOf(shape)} elements for ${formatType({ shape, dtype })}`,
      got: `${data.length}`,
      fix: 'give as many elements as the shape has',
    })
  }
  const header = writeNpyHeader(`${dtypes[dtype].sizeBytes === 1 ? '|' : '<'}${word}`, shape)
  const bytes = new Uint8Array(header.length + data.byteLength)
  bytes.set(header)
  bytes.set(bytesOf(data), header.length)
  return bytes
}

interface NpyArray extends NpyHeader {
  readonly data: TypedArray
}

/** Takes an npy file of `sizeBytes` in pieces. */
export function npyFilling(file: {
  readonly sizeBytes: number
  readonly name: string
  readonly room: Room
}): Filling<NpyArray> {
  const { sizeBytes, name, room } = file
  return createFilling({
    lengthOf: (begin) => npyHeaderLength(begin, name),
    prepare: (bytes) => {
      const header = readNpyHeader(bytes, name)
      const { dtype, shape } = header
      const needed = sizeOf(shape) * dtypes[dtype].sizeBytes
      const there = sizeBytes - bytes.length
      if (needed !== there) throw otherSize(name, header, { needed, there })
      takeRoom(room, needed, { name, where: formatType({ dtype, shape }) })
      const data = dtypes[dtype].allocate(sizeOf(shape))
      return { facts: { ...header, data }, target: bytesOf(data) }
    },
    overfull: (facts) =>
      otherSize(name, facts, { needed: facts.data.byteLength, there: sizeBytes }),
  })
}

/** The tensor of an npy file that has come whole. */
export function filledTensor({ facts, begin }: Filling<NpyArray>, name: string): Tensor {
  if (!facts) {
    throw damaged(`${name} is cut off`, {
      expected: 'a whole header',
      got: begin.length === 0 ? 'an empty file' : `${begin.length} bytes`,
    })
  }
  const { dtype, shape, isBigEndian, isFortran, data } = facts
  const { sizeBytes } = dtypes[dtype]
  if (isBigEndian) turnRound(bytesOf(data), sizeBytes)
  if (dtype === 'bool') checkTruth(name, formatType({ dtype, shape }), data)
  const isTurned = isFortran && shape.length > 1
  return { shape, dtype, data: isTurned ? rowByRow(data, facts) : data }
}

function rowByRow(data: TypedArray, { shape, dtype }: { shape: Tensor['shape']; dtype: DType }) {
  const rows = dtypes[dtype].allocate(data.length)
  const view = { shape, strides: columnStrides(shape), offset: 0 }
  copyRows(bytesOf(data), view, dtypes[dtype].sizeBytes, bytesOf(rows))
  return rows
}

function otherSize(
  name: string,
  { dtype, shape }: NpyHeader,
  { needed, there }: { readonly needed: number; readonly there: number },
): SluiceError {
  return damaged(`${name} and its shape differ in size`, {
    expected: `${needed} bytes for ${formatType({ dtype, shape })}`,
    got: `${there}`,
  })
}
