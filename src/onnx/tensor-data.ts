/** The tensors of an ONNX file, within it or in files beside it, as host tensors. */
import { damaged } from '../formats/damaged.ts'
import { type DType, dtypes, type TypedArray } from '../ir/dtype.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import { describeType, type ElementType, elementTypeOf, elementTypes } from './element-type.ts'
import type { TensorMessage } from './schema.ts'

/** Where the elements of a tensor lie in a file beside the model. */
export interface ExternalRange {
  readonly offset: number
  readonly length: number
}

/** Gives the bytes `offset` to `offset + length` of a file beside the model; `path` is relative. */
export type External = (path: string, range: ExternalRange) => Uint8Array

/** What reading tensors goes by. */
export interface TensorReading {
  /** What errors call the file. */
  readonly file: string
  readonly external?: External | undefined
  /** How many bytes of elements may still be made. */
  readonly room: { bytes: number }
}

export interface StoredTensor {
  readonly type: ElementType
  /** In the dtype that holds the elements as the file does. */
  readonly tensor: Tensor
}

/**
 * The elements of a tensor. Its size is compared with what is there before anything is made.
 * Throws: FILE where they differ, for an element type that has no place here, for more than there is
 * room for and for a file beside the model that is missing or lies elsewhere.
 */
export function readTensor(message: TensorMessage, reading: TensorReading): StoredTensor {
  const where = message.name ? `tensor "${message.name}"` : 'a tensor'
  const type = elementTypeOf(message.dataType ?? 0)
  const dtype = type && elementTypes[type].stored
  if (!type || !dtype) {
    throw damaged(`${reading.file} holds elements that have no place here`, {
      where,
      expected: 'float, double, float16, bfloat16, bool or integers of 8 to 64 bits',
      got: describeType(message.dataType ?? 0),
      fix: 'cast it before exporting',
    })
  }
  const shape = readDims(message.dims, reading.file, where)
  const count = shape.reduce((product, size) => product * size, 1)
  const sizeBytes = count * dtypes[dtype].sizeBytes
  if (!(sizeBytes <= reading.room.bytes)) {
    throw damaged(`${reading.file} declares more than there is room for`, {
      where,
      expected: `at most ${reading.room.bytes} bytes more`,
      got: `${type}${formatShape(shape)}, ${sizeBytes} bytes`,
      fix: 'raise maxBytes if you trust where it comes from',
    })
  }
  const data = elementsOf(message, { dtype, count, sizeBytes, reading, where })
  reading.room.bytes -= sizeBytes
  return { type, tensor: { shape, dtype, data } }
}

function readDims(dims: BigInt64Array, file: string, where: string): Shape {
  const sizes = Array.from(dims, Number)
  if (sizes.every((size) => size >= 0 && Number.isSafeInteger(size))) return sizes
  throw damaged(`${file}: a size is no count`, {
    where,
    expected: 'sizes from 0 to 2⁵³',
    got: `[${dims.join(', ')}]`,
  })
}

interface Wanted {
  readonly dtype: DType
  readonly count: number
  readonly sizeBytes: number
  readonly reading: TensorReading
  readonly where: string
}

function elementsOf(message: TensorMessage, wanted: Wanted): TypedArray {
  const { sizeBytes, where, reading } = wanted
  if (message.dataLocation === 1) return fromBytes(externalBytes(message, wanted), wanted)
  if (message.rawData) {
    if (message.rawData.length !== sizeBytes) {
      throw wrongLength(wanted, `${sizeBytes} bytes`, `${message.rawData.length}`)
    }
    return fromBytes(message.rawData, wanted)
  }
  const list = listOf(message, wanted.dtype)
  if (list.length !== wanted.count) {
    throw wrongLength(wanted, `${wanted.count} elements`, `${list.length}`)
  }
  const data = dtypes[wanted.dtype].allocate(wanted.count)
  for (let index = 0; index < list.length; index++) {
    const element = list[index] as never // a bigint where data hold bigints, as listOf chose it
    data[index] = element
    if (data[index] !== element && wanted.dtype !== 'f32' && wanted.dtype !== 'f64') {
      throw damaged(`${reading.file}: an element does not fit its type`, {
        where,
        expected: wanted.dtype,
        got: `${String(element)} at element ${index}`,
      })
    }
  }
  if (wanted.dtype === 'bool') checkTruths(data, wanted)
  return data
}

/** The list that elements of a dtype stand in where there are no raw bytes. */
function listOf(message: TensorMessage, dtype: DType): TypedArray {
  switch (dtype) {
    case 'f32':
      return message.floatData
    case 'f64':
      return message.doubleData
    case 'i64':
      return message.int64Data
    case 'u64':
      return message.uint64Data
    case 'u32':
      return Uint32Array.from(message.uint64Data, Number)
    default:
      return message.int32Data
  }
}

/** A copy of the bytes, which need not lie where such elements may. ONNX is little-endian. */
function fromBytes(bytes: Uint8Array, wanted: Wanted): TypedArray {
  const data = dtypes[wanted.dtype].allocate(wanted.count)
  new Uint8Array(data.buffer).set(bytes)
  if (wanted.dtype === 'bool') checkTruths(data, wanted)
  return data
}

function checkTruths(data: TypedArray, { reading, where }: Wanted): void {
  const wrong = data.findIndex((element: number | bigint) => element !== 0 && element !== 1)
  if (wrong < 0) return
  throw damaged(`${reading.file}: a bool is neither 0 nor 1`, {
    where,
    expected: '0 or 1',
    got: `${data[wrong]} at element ${wrong}`,
  })
}

function externalBytes(message: TensorMessage, { reading, where, sizeBytes }: Wanted): Uint8Array {
  const facts = new Map(message.externalData.map(({ key, value }) => [key, value ?? '']))
  const path = facts.get('location') ?? ''
  checkPath(path, reading.file, where)
  const offset = Number(facts.get('offset') ?? 0)
  const length = Number(facts.get('length') ?? sizeBytes)
  if (!Number.isSafeInteger(offset) || offset < 0 || length !== sizeBytes) {
    throw damaged(`${reading.file}: a range of "${path}" does not fit its tensor`, {
      where,
      expected: `${sizeBytes} bytes from 0 or later`,
      got: `offset ${facts.get('offset')}, length ${facts.get('length')}`,
    })
  }
  if (!reading.external) {
    throw damaged(`${reading.file} keeps weights in another file`, {
      where,
      expected: 'a function that gives them: readOnnx(bytes, { external })',
      got: `no external for "${path}"`,
      fix: 'external: (path, { offset, length }) => bytes of that file',
    })
  }
  const bytes = reading.external(path, { offset, length })
  if (bytes.length === length) return bytes
  throw damaged(`${reading.file}: "${path}" gives another number of bytes`, {
    where,
    expected: `${length} bytes from ${offset}`,
    got: `${bytes.length}`,
    fix: 'give exactly the range that is asked for; if the file is shorter, copy it again',
  })
}

/** Throws FILE for a path that leads out of the model's own folder. */
function checkPath(path: string, file: string, where: string): void {
  const parts = path.split(/[/\\]/)
  const isInside = path !== '' && !/^[/\\]|^[A-Za-z]:|\0|:\/\//.test(path) && !parts.includes('..')
  if (isInside) return
  throw damaged(`${file} keeps weights outside its own folder`, {
    where,
    expected: 'a relative path without ..',
    got: JSON.stringify(path),
    fix: 'save the model again with its weights beside it; do not trust this file',
  })
}

function wrongLength({ reading, where }: Wanted, expected: string, got: string) {
  return damaged(`${reading.file}: a tensor and its shape differ in size`, { where, expected, got })
}
