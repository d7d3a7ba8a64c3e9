/**
 * Elements of tensors as text that gives them back to the bit (all NaN are one): nested brackets
 * with the shortest decimals, or base64 of the bytes.
 */
import { SluiceError } from '../errors.ts'
import { type DType, dtypes, type TypedArray } from './dtype.ts'
import { type Shape, sizeOf } from './shape.ts'
import { fromNumbers, numberAt, type Tensor } from './tensor.ts'

/** `[[1, 2], [3, 4]]`; the element itself for a scalar, `[]` where there are none. */
export function printElements(tensor: Tensor): string {
  const { shape, data } = tensor
  if (data.length === 0) return '[]'
  const brackets = bracketCounter(shape)
  const parts: string[] = []
  for (let index = 0; index < data.length; index++) {
    const opened = '['.repeat(brackets(index))
    parts.push(`${opened}${printElement(tensor, index)}${']'.repeat(brackets(index + 1))}`)
  }
  return parts.join(', ')
}

/** How many brackets open before element `index`, and close before it: none inside a row. */
export function bracketCounter(shape: Shape): (index: number) => number {
  const blocks: number[] = []
  let block = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    block *= shape[axis] ?? 1
    blocks.push(block)
  }
  return (index) => {
    let count = 0
    while (count < blocks.length && index % (blocks[count] ?? 1) === 0) count++
    return count
  }
}

/** Element `index` as the shortest text that the dtype reads back as the same element. */
export function printElement(tensor: Tensor, index: number): string {
  const { dtype, data } = tensor
  if (dtype === 'bool') return numberAt(tensor, index) === 0 ? 'false' : 'true'
  if (dtypes[dtype].kind !== 'float') return String(data[index])
  return printFloat(numberAt(tensor, index), dtype)
}

/** A number with its sign: `-0` and 0 are two. */
export function printNumber(number: number): string {
  return Object.is(number, -0) ? '-0' : String(number)
}

/** The elements that `texts` spell, row-major. Throws DTYPE where one does not fit the dtype. */
export function parseElements(texts: readonly string[], dtype: DType): TypedArray {
  if (dtype === 'i64') return BigInt64Array.from(texts, (text) => parseBig(text, dtype))
  if (dtype === 'u64') return BigUint64Array.from(texts, (text) => parseBig(text, dtype))
  const read = dtype === 'bool' ? (text: string) => (text === 'true' ? 1 : 0) : Number
  return fromNumbers(texts.map(read), dtype)
}

/** The elements' bytes in base64, lowest byte first, as on every machine that runs JavaScript. */
export function printBytes({ data }: Tensor): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const parts: string[] = []
  // A multiple of 3 bytes at a time has no padding, so the parts join to one text.
  const chunk = 3 * 2 ** 12
  for (let start = 0; start < bytes.length; start += chunk) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(start, start + chunk))))
  }
  return parts.join('')
}

/** The elements whose bytes `text` spells; undefined where it is no base64 of that many. */
export function parseBytes(text: string, dtype: DType, count: number): TypedArray | undefined {
  const { sizeBytes, allocate } = dtypes[dtype]
  const byteCount = count * sizeBytes
  if (text.length !== 4 * Math.ceil(byteCount / 3)) return undefined
  const data = allocate(count)
  const bytes = new Uint8Array(data.buffer)
  const chunk = 4 * 2 ** 12
  let offset = 0
  for (let start = 0; start < text.length; start += chunk) {
    const part = text.slice(start, start + chunk)
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(part)) return undefined
    const decoded = atob(part)
    if (offset + decoded.length > byteCount) return undefined
    for (let index = 0; index < decoded.length; index++) {
      bytes[offset++] = decoded.charCodeAt(index)
    }
  }
  const fits = offset === byteCount && (dtype !== 'bool' || bytes.every((byte) => byte <= 1))
  return fits ? data : undefined
}

/**
 * How many elements of one text may be written as `fill`: a few characters must not ask a reader
 * for more memory than it has.
 */
export const fillLimit: number = 2 ** 24

/** Whether all elements are one, so that the text names it once. */
export function isUniform({ data }: Tensor): boolean {
  for (let index = 1; index < data.length; index++) {
    if (!Object.is(data[index], data[0])) return false
  }
  return data.length > 0
}

/** A tensor of a shape with one element everywhere. */
export function filled(shape: Shape, dtype: DType, element: TypedArray): Tensor {
  const data = dtypes[dtype].allocate(sizeOf(shape))
  const [first = 0] = element
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(BigInt(first))
  else data.fill(Number(first))
  return { shape, dtype, data }
}

function printFloat(number: number, dtype: DType): string {
  if (dtype === 'f64' || !Number.isFinite(number) || number === 0) return printNumber(number)
  const single = { shape: [], dtype }
  // 9 digits tell all f32 apart, 5 all f16 and 4 all bf16.
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(number.toPrecision(digits))
    const read = numberAt({ ...single, data: fromNumbers([short], dtype) }, 0)
    if (read === number) return printNumber(short)
  }
  return printNumber(Number(number.toPrecision(9)))
}

function parseBig(text: string, dtype: 'i64' | 'u64'): bigint {
  // No 64-bit number has more than 20 characters; past that, reading it takes long.
  const integer = /^-?\d{1,20}$/.test(text) ? BigInt(text) : undefined
  const wrapped = integer && (dtype === 'i64' ? BigInt.asIntN : BigInt.asUintN)(64, integer)
  if (integer !== undefined && wrapped === integer) return integer
  throw new SluiceError({
    code: 'DTYPE',
    what: `tensor: ${text.slice(0, 24)} does not fit ${dtype}`,
    expected: `whole numbers that ${dtype} holds`,
    got: text.slice(0, 24),
    fix: 'choose another dtype',
  })
}
