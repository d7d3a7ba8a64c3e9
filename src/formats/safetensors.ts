/**
 * The safetensors format: the length of the header as a little-endian u64, the header, which is
 * JSON, and the elements of all tensors one after the other.
 *
 * Source: https://github.com/huggingface/safetensors, its README and `tensor.rs`.
 */
import { SluiceError } from '../errors.ts'
import { type DType, dtypes } from '../ir/dtype.ts'
import { formatShape, sizeOf } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import { formatType } from '../ir/value.ts'
import { damaged, tooLarge } from './damaged.ts'
import { bytesOf, checkTruth, elementsOf } from './elements.ts'
import { checkExtent, decodeHeader } from './safetensors-header.ts'

export interface SafetensorsFile {
  /** By name, in the order in which the elements lie in the file. */
  readonly tensors: ReadonlyMap<string, Tensor>
  /** What stands under `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>
}

export interface ReadSafetensorsOptions {
  /** What errors call the file. Default `the safetensors file`. */
  readonly name?: string
  /** A larger file is refused. Default 2³¹, 2 GiB. */
  readonly maxBytes?: number
}

/** The dtypes by their names in the format, in the order of their alignment there. */
const names: { readonly [D in DType]: string } = {
  bool: 'BOOL',
  u8: 'U8',
  i8: 'I8',
  i16: 'I16',
  u16: 'U16',
  f16: 'F16',
  bf16: 'BF16',
  i32: 'I32',
  u32: 'U32',
  f32: 'F32',
  f64: 'F64',
  i64: 'I64',
  u64: 'U64',
}
const order = Object.keys(names) as readonly DType[] // the keys of `names`

/**
 * The tensors and the metadata of a safetensors file, all checked: lengths, offsets, which leave no
 * byte out and none to two tensors, and sizes. Elements are copied.
 *
 * Throws: FILE for a file that is cut off, damaged or of another format, that holds a dtype that
 * Sluice does not know, or that is larger than `maxBytes`.
 *
 * @example
 * const { tensors } = readSafetensors(await readFile('model.safetensors'))
 * tensors.get('0.weight')
 */
export function readSafetensors(
  bytes: Uint8Array,
  { name = 'the safetensors file', maxBytes = 2 ** 31 }: ReadSafetensorsOptions = {},
): SafetensorsFile {
  if (bytes.length > maxBytes) throw tooLarge(name, maxBytes, `${bytes.length}`)
  const { entries, metadata, start } = decodeHeader(bytes, name)
  checkExtent(entries, bytes.length - start, name)
  const tensors = new Map<string, Tensor>()
  for (const { key, type, shape, begin, end } of entries) {
    const dtype = order.find((known) => names[known] === type)
    if (!dtype) throw unknownDType(name, key, type)
    const needed = sizeOf(shape) * dtypes[dtype].sizeBytes
    if (needed !== end - begin) {
      throw damaged(`${name}: a tensor and its shape differ in size`, {
        where: `tensor "${key}"`,
        expected: `${needed} bytes for ${dtype}${formatShape(shape)}`,
        got: `${end - begin}`,
      })
    }
    const data = elementsOf(bytes.subarray(start + begin, start + end), dtype)
    if (dtype === 'bool') checkTruth(name, `tensor "${key}"`, data)
    tensors.set(key, { shape, dtype, data })
  }
  return { tensors, metadata }
}

/**
 * The bytes of a safetensors file. The same tensors and metadata give the same bytes: tensors are
 * sorted, those with wide elements first so that all are aligned, and then by name.
 *
 * Throws: OPTION for a tensor called `__metadata__`; SHAPE for one with another number of elements
 * than its shape has.
 *
 * @example
 * const bytes = writeSafetensors({ weight: tensor([[1, 2]]) }, { metadata: { format: 'pt' } })
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, Tensor>> | ReadonlyMap<string, Tensor>,
  options: { readonly metadata?: Readonly<Record<string, string>> } = {},
): Uint8Array<ArrayBuffer> {
  const given = isMap(tensors) ? [...tensors] : Object.entries(tensors)
  const sorted = given.toSorted(
    ([a, { dtype: left }], [b, { dtype: right }]) =>
      order.indexOf(right) - order.indexOf(left) || (a < b ? -1 : 1),
  )
  const header: string[] = []
  if (options.metadata) header.push(`"__metadata__":${JSON.stringify(options.metadata)}`)
  let end = 0
  for (const [key, tensor] of sorted) {
    checkTensor(key, tensor)
    const begin = end
    end += tensor.data.byteLength
    const { shape, dtype } = tensor
    const entry = { dtype: names[dtype], shape, data_offsets: [begin, end] }
    header.push(`${JSON.stringify(key)}:${JSON.stringify(entry)}`)
  }
  const text = new TextEncoder().encode(`{${header.join(',')}}`)
  // Spaces up to a multiple of 8 bytes keep the elements aligned.
  const start = 8 + Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(start + end).fill(0x20, 8, start)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true)
  bytes.set(text, 8)
  let at = start
  for (const [, { data }] of sorted) {
    bytes.set(bytesOf(data), at)
    at += data.byteLength
  }
  return bytes
}

function isMap(
  tensors: Readonly<Record<string, Tensor>> | ReadonlyMap<string, Tensor>,
): tensors is ReadonlyMap<string, Tensor> {
  return tensors instanceof Map
}

function checkTensor(key: string, { shape, dtype, data }: Tensor): void {
  if (key === '__metadata__') {
    throw new SluiceError({
      code: 'OPTION',
      what: 'writeSafetensors: a tensor cannot be called __metadata__',
      expected: 'any other name',
      got: key,
      fix: 'rename it',
    })
  }
  if (data.length === sizeOf(shape)) return
  throw new SluiceError({
    code: 'SHAPE',
    what: 'writeSafetensors: a tensor and its shape differ in size',
    where: `tensor "${key}"`,
    expected: `${sizeOf(shape)} elements for ${formatType({ shape, dtype })}`,
    got: `${data.length}`,
    fix: 'give as many elements as the shape has',
  })
}

/** Types of the format that have no dtype here, and what one gets them as. */
const others: Readonly<Record<string, string>> = {
  ...{ F8_E4M3: 'torch.float16', F8_E5M2: 'torch.float16', F8_E8M0: 'torch.float32' },
  ...{ F8_E4M3FNUZ: 'torch.float16', F8_E5M2FNUZ: 'torch.float16' },
  ...{ F6_E2M3: 'torch.float16', F6_E3M2: 'torch.float16', F4: 'torch.float16' },
}

function unknownDType(name: string, key: string, type: string): SluiceError {
  const wider = Object.hasOwn(others, type) ? others[type] : undefined
  const isComplex = type === 'C64'
  const fix = wider
    ? `convert it in Python before saving: tensor.to(${wider})`
    : 'convert it to one of these where the file was made'
  return damaged(`${name}: a tensor has a dtype that Sluice does not know`, {
    where: `tensor "${key}"`,
    expected: Object.values(names).join(', '),
    got: isComplex ? 'C64, complex numbers' : type,
    fix: isComplex ? 'save real and imaginary parts: torch.view_as_real(tensor)' : fix,
  })
}
