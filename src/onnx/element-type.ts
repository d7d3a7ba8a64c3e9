/** The element types of ONNX, and the dtypes that stand for them here. */
import type { ComputeDType, DType } from '../ir/dtype.ts'

export type ElementType =
  | 'float'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'string'
  | 'bool'
  | 'float16'
  | 'double'
  | 'uint32'
  | 'uint64'
  | 'bfloat16'

interface ElementFacts {
  /** Its number in TensorProto.DataType. */
  readonly number: number
  /** What holds its elements as the file does; absent where nothing does. */
  readonly stored?: DType
  /**
   * What gates compute in: integers of 8 to 64 bits in 32, half floats in f32. A number beyond 32
   * bits is an error, but for the largest and smallest int64, which mean "to the end".
   */
  readonly computed?: ComputeDType
  /** The bits of an integer that is narrower than what it is computed in. */
  readonly narrow?: number
}

export const elementTypes: { readonly [T in ElementType]: ElementFacts } = {
  float: { number: 1, stored: 'f32', computed: 'f32' },
  uint8: { number: 2, stored: 'u8', computed: 'u32', narrow: 8 },
  int8: { number: 3, stored: 'i8', computed: 'i32', narrow: 8 },
  uint16: { number: 4, stored: 'u16', computed: 'u32', narrow: 16 },
  int16: { number: 5, stored: 'i16', computed: 'i32', narrow: 16 },
  int32: { number: 6, stored: 'i32', computed: 'i32' },
  int64: { number: 7, stored: 'i64', computed: 'i32' },
  string: { number: 8 },
  bool: { number: 9, stored: 'bool', computed: 'bool' },
  float16: { number: 10, stored: 'f16', computed: 'f32' },
  double: { number: 11, stored: 'f64', computed: 'f64' },
  uint32: { number: 12, stored: 'u32', computed: 'u32' },
  uint64: { number: 13, stored: 'u64', computed: 'u32' },
  bfloat16: { number: 16, stored: 'bf16', computed: 'f32' },
}

const byNumber = new Map(
  Object.entries(elementTypes).map(([name, { number }]) => [
    number,
    name as ElementType, // a key of the table
  ]),
)

/** The element type of that number; undefined for one that has no place here. */
export function elementTypeOf(number: number): ElementType | undefined {
  return byNumber.get(number)
}

/** The type that a result is of where an operator does not say: the usual one of its dtype. */
export function usualType(dtype: DType): ElementType {
  switch (dtype) {
    case 'f64':
      return 'double'
    case 'bool':
      return 'bool'
    case 'i32':
      return 'int64'
    case 'u32':
      return 'uint32'
    default:
      return 'float'
  }
}

/** Names of types that exist and have no place here, for errors. */
export function describeType(number: number): string {
  return elementTypeOf(number) ?? others[number] ?? `number ${number}`
}

const others: Readonly<Record<number, string>> = {
  0: 'none',
  14: 'complex64',
  15: 'complex128',
  17: 'float8e4m3fn',
  18: 'float8e4m3fnuz',
  19: 'float8e5m2',
  20: 'float8e5m2fnuz',
  21: 'uint4',
  22: 'int4',
  23: 'float4e2m1',
}
