/** Tensors on the host: plain data with a shape and a dtype, row-major. */
import { SluiceError } from '../errors.ts'
import { type DType, dtypes, type TypedArray, type TypedArrayOf } from './dtype.ts'
import { bf16FromNumber, bf16ToNumber, f16FromNumber, f16ToNumber } from './half.ts'
import { checkShape, formatShape, type Shape, sameShape, sizeOf } from './shape.ts'

export interface Tensor<S extends Shape = Shape, D extends DType = DType> {
  readonly shape: S
  readonly dtype: D
  readonly data: TypedArrayOf<D>
}

export type NestedArray = number | boolean | readonly NestedArray[]

/** Whatever stands for a tensor where one is asked for. */
export type TensorLike = Tensor | TypedArray | NestedArray

/**
 * A tensor from a number, a nested array or a typed array.
 *
 * Booleans give bool, numbers f32 and a typed array its own dtype, unless `dtype` says otherwise.
 * A typed array needs a `shape` when it is to have more than one axis.
 * Throws SHAPE when rows differ in length or the shape does not hold as many elements; DTYPE when
 * a number does not fit the dtype.
 */
export function tensor(
  from: TensorLike,
  options: { readonly dtype?: DType; readonly shape?: Shape } = {},
): Tensor {
  if (isTensor(from)) return retype(from, options)
  if (isTypedArray(from)) {
    const shape = options.shape ?? [from.length]
    return retype({ shape, dtype: dtypeOfArray(from), data: from }, options)
  }
  const shape: number[] = []
  for (let level: NestedArray | undefined = from; Array.isArray(level); level = level[0]) {
    shape.push(level.length)
  }
  const flat: (number | boolean)[] = []
  flatten(from, shape, 0, flat)
  const dtype = options.dtype ?? (typeof flat[0] === 'boolean' ? 'bool' : 'f32')
  return retype({ shape, dtype, data: fromNumbers(flat.map(Number), dtype) }, options)
}

/** As `tensor`, with elements of its own: what the caller does to the given array later is not seen. */
export function ownTensor(
  from: TensorLike,
  options: { readonly dtype?: DType; readonly shape?: Shape } = {},
): Tensor {
  const made = tensor(from, options)
  const given = isTensor(from) ? from.data : from
  return made.data === given ? { ...made, data: made.data.slice() } : made
}

export function isTensor(candidate: unknown): candidate is Tensor {
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    'shape' in candidate &&
    'dtype' in candidate &&
    'data' in candidate
  )
}

export function isTypedArray(candidate: unknown): candidate is TypedArray {
  return ArrayBuffer.isView(candidate) && !(candidate instanceof DataView)
}

/** Element `index` of a tensor as a number; bool gives 0 or 1. */
export function numberAt({ dtype, data }: Tensor, index: number): number {
  const raw = Number(data[index])
  return dtype === 'f16' ? f16ToNumber(raw) : dtype === 'bf16' ? bf16ToNumber(raw) : raw
}

/** All elements as numbers, row-major. */
export function toNumbers(source: Tensor): number[] {
  return Array.from({ length: source.data.length }, (_, index) => numberAt(source, index))
}

/** The tensor as a number or nested arrays of numbers; bool gives booleans. */
export function toNested(source: Tensor): NestedArray {
  const { shape, dtype } = source
  let offset = 0
  const build = (axis: number): NestedArray => {
    if (axis === shape.length) {
      const element = numberAt(source, offset++)
      return dtype === 'bool' ? element !== 0 : element
    }
    return Array.from({ length: shape[axis] ?? 0 }, () => build(axis + 1))
  }
  return build(0)
}

/**
 * A typed array of `dtype` holding `numbers`.
 * Throws DTYPE where an integer dtype would not hold a number exactly.
 */
export function fromNumbers(numbers: ArrayLike<number>, dtype: DType): TypedArray {
  const data = dtypes[dtype].allocate(numbers.length)
  const isFloat = dtypes[dtype].kind === 'float'
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index] as number // index is inside
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
      if (!Number.isSafeInteger(number)) throw doesNotFit(number, dtype, index)
      data[index] = BigInt(number)
      if (Number(data[index]) !== number) throw doesNotFit(number, dtype, index)
    } else {
      data[index] =
        dtype === 'f16' ? f16FromNumber(number) : dtype === 'bf16' ? bf16FromNumber(number) : number
      const isLost = dtype === 'bool' ? number !== 0 && number !== 1 : data[index] !== number
      if (!isFloat && isLost) throw doesNotFit(number, dtype, index)
    }
  }
  return data
}

/** A short, readable form: `f32[2, 2] [[1, 2], [3, 4]]`, with `…` where it is long. */
export function formatTensor(source: Tensor, digits = 4): string {
  const { shape, dtype } = source
  let offset = 0
  const build = (axis: number): string => {
    if (axis === shape.length) return formatNumber(numberAt(source, offset++), digits)
    const length = shape[axis] ?? 0
    const parts: string[] = []
    const step = sizeOf(shape.slice(axis + 1))
    for (let i = 0; i < length; i++) {
      if (length > 8 && i === 3) {
        parts.push('…')
        offset += step * (length - 6)
        i = length - 3
      }
      parts.push(build(axis + 1))
    }
    return `[${parts.join(', ')}]`
  }
  return `${dtype}${formatShape(shape)} ${build(0)}`
}

/** A number with at most `digits` significant digits, without trailing zeros. */
export function formatNumber(number: number, digits = 4): string {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? 'NaN' : number > 0 ? '∞' : '−∞'
  const isLong = Math.abs(number) >= 1e9 // further digits would only be zeros
  const rounded = Number(number.toPrecision(digits))
  const text = isLong ? rounded.toExponential() : String(rounded)
  return text.replace('-', '−').replace('e−', 'e-')
}

function retype(source: Tensor, options: { dtype?: DType; shape?: Shape }): Tensor {
  const dtype = options.dtype ?? source.dtype
  const shape = options.shape ?? source.shape
  if (!sameShape(shape, source.shape) || sizeOf(shape) !== source.data.length) {
    checkShape(shape, 'tensor')
    if (sizeOf(shape) !== source.data.length) {
      throw new SluiceError({
        code: 'SHAPE',
        what: 'tensor: the data does not fill the shape',
        expected: `${sizeOf(shape)} elements for shape ${formatShape(shape)}`,
        got: `${source.data.length} elements`,
        fix: 'give as many elements as the product of the sizes',
      })
    }
  }
  const data = dtype === source.dtype ? source.data : fromNumbers(toNumbers(source), dtype)
  return { shape, dtype, data }
}

function flatten(level: NestedArray, shape: Shape, axis: number, into: (number | boolean)[]): void {
  const expected = shape[axis]
  if (!Array.isArray(level)) {
    if (expected !== undefined) throw ragged(shape, axis, 'a single number')
    if (typeof level !== 'number' && typeof level !== 'boolean')
      throw notANumber(level, into.length)
    into.push(level)
    return
  }
  if (level.length !== expected) throw ragged(shape, axis, `a row of ${level.length}`)
  for (const inner of level) flatten(inner, shape, axis + 1, into)
}

function notANumber(leaf: unknown, index: number): SluiceError {
  const kind = leaf === null ? 'null' : typeof leaf
  return new SluiceError({
    code: 'DTYPE',
    what: `tensor: ${kind === 'string' ? 'a string' : kind} is not a number`,
    expected: 'numbers or booleans',
    got: `${kind === 'string' ? `"${leaf}"` : kind} at element ${index}`,
    fix: 'clean the data: fill or drop what is missing, and parse text into numbers',
  })
}

function ragged(shape: Shape, axis: number, got: string): SluiceError {
  return new SluiceError({
    code: 'SHAPE',
    what: 'tensor: a nested array is not rectangular',
    expected: `${axis < shape.length ? `rows of ${shape[axis]}` : 'single numbers'} at depth ${axis}, as the first one`,
    got,
    fix: 'make all rows of one depth equally long',
  })
}

function doesNotFit(number: number, dtype: DType, index: number): SluiceError {
  return new SluiceError({
    code: 'DTYPE',
    what: `tensor: ${number} does not fit ${dtype}`,
    expected: dtype === 'bool' ? 'true, false, 0 or 1' : `whole numbers that ${dtype} holds`,
    got: `${number} at element ${index}`,
    fix: 'round or scale the data, or choose another dtype',
  })
}

function dtypeOfArray(array: TypedArray): DType {
  if (array instanceof Float32Array) return 'f32'
  if (array instanceof Float64Array) return 'f64'
  if (array instanceof Int32Array) return 'i32'
  if (array instanceof Uint32Array) return 'u32'
  if (array instanceof Int8Array) return 'i8'
  if (array instanceof Int16Array) return 'i16'
  if (array instanceof Uint16Array) return 'u16'
  if (array instanceof BigInt64Array) return 'i64'
  if (array instanceof BigUint64Array) return 'u64'
  return 'u8'
}
