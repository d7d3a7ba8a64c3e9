/**
 * The table of element types. Gates compute in the compute dtypes; the storage dtypes hold data
 * that a `cast` brings in or takes out.
 */
import { SluiceError } from '../errors.ts'

export type ComputeDType = 'f32' | 'f64' | 'i32' | 'u32' | 'bool'
export type StorageDType = 'f16' | 'bf16' | 'i8' | 'i16' | 'i64' | 'u8' | 'u16' | 'u64'
export type DType = ComputeDType | StorageDType

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array

interface TypedArrays {
  readonly f32: Float32Array
  readonly f64: Float64Array
  readonly i32: Int32Array
  readonly u32: Uint32Array
  readonly bool: Uint8Array
  readonly f16: Uint16Array
  readonly bf16: Uint16Array
  readonly i8: Int8Array
  readonly i16: Int16Array
  readonly i64: BigInt64Array
  readonly u8: Uint8Array
  readonly u16: Uint16Array
  readonly u64: BigUint64Array
}

/** The array that holds elements of a dtype. */
export type TypedArrayOf<D extends DType> = TypedArrays[D]

export interface DTypeFacts {
  readonly kind: 'float' | 'signed' | 'unsigned' | 'bool'
  readonly use: 'compute' | 'storage'
  readonly sizeBytes: number
  /** f16 and bf16 keep their bits in 16-bit unsigned integers; bool keeps 0 and 1 in bytes. */
  readonly allocate: (length: number) => TypedArray
}

export const dtypes: { readonly [D in DType]: DTypeFacts } = {
  f32: { kind: 'float', use: 'compute', sizeBytes: 4, allocate: (n) => new Float32Array(n) },
  f64: { kind: 'float', use: 'compute', sizeBytes: 8, allocate: (n) => new Float64Array(n) },
  i32: { kind: 'signed', use: 'compute', sizeBytes: 4, allocate: (n) => new Int32Array(n) },
  u32: { kind: 'unsigned', use: 'compute', sizeBytes: 4, allocate: (n) => new Uint32Array(n) },
  bool: { kind: 'bool', use: 'compute', sizeBytes: 1, allocate: (n) => new Uint8Array(n) },
  f16: { kind: 'float', use: 'storage', sizeBytes: 2, allocate: (n) => new Uint16Array(n) },
  bf16: { kind: 'float', use: 'storage', sizeBytes: 2, allocate: (n) => new Uint16Array(n) },
  i8: { kind: 'signed', use: 'storage', sizeBytes: 1, allocate: (n) => new Int8Array(n) },
  i16: { kind: 'signed', use: 'storage', sizeBytes: 2, allocate: (n) => new Int16Array(n) },
  i64: { kind: 'signed', use: 'storage', sizeBytes: 8, allocate: (n) => new BigInt64Array(n) },
  u8: { kind: 'unsigned', use: 'storage', sizeBytes: 1, allocate: (n) => new Uint8Array(n) },
  u16: { kind: 'unsigned', use: 'storage', sizeBytes: 2, allocate: (n) => new Uint16Array(n) },
  u64: { kind: 'unsigned', use: 'storage', sizeBytes: 8, allocate: (n) => new BigUint64Array(n) },
}

/** A set of dtypes that an operand may have. */
export type Domain =
  | 'floating'
  | 'signed'
  | 'numeric'
  | 'integer'
  | 'u32'
  | 'bool'
  | 'any'
  | 'stored'

interface DomainFacts {
  readonly phrase: string
  readonly holds: (dtype: DType) => boolean
}

export const domains: { readonly [D in Domain]: DomainFacts } = {
  floating: { phrase: 'f32 or f64', holds: (d) => d === 'f32' || d === 'f64' },
  signed: { phrase: 'f32, f64 or i32', holds: (d) => d === 'f32' || d === 'f64' || d === 'i32' },
  numeric: {
    phrase: 'f32, f64, i32 or u32',
    holds: (d) => dtypes[d].use === 'compute' && d !== 'bool',
  },
  integer: { phrase: 'i32 or u32', holds: (d) => d === 'i32' || d === 'u32' },
  u32: { phrase: 'u32', holds: (d) => d === 'u32' },
  bool: { phrase: 'bool', holds: (d) => d === 'bool' },
  any: { phrase: 'f32, f64, i32, u32 or bool', holds: (d) => dtypes[d].use === 'compute' },
  stored: { phrase: 'any dtype', holds: () => true },
}

export function isFloating(dtype: DType): boolean {
  return dtype === 'f32' || dtype === 'f64'
}

/** `text` as a DType. Throws DTYPE when it names none. */
export function parseDType(text: string): DType {
  if (Object.hasOwn(dtypes, text)) return text as DType // proven by the line itself
  throw new SluiceError({
    code: 'DTYPE',
    what: `dtype: "${text}" is not a dtype`,
    expected: Object.keys(dtypes).join(', '),
    got: text,
    fix: 'use one of the names above',
  })
}
