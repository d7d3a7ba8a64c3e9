/** How the scalar types of protobuf are read, written and held. */
import { type BinaryReader, type BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Scalar } from './schema.ts'

export type Numbers = BigInt64Array | BigUint64Array | Int32Array | Float32Array | Float64Array

interface ScalarFacts {
  readonly wire: WireType
  readonly read: (reader: BinaryReader) => unknown
  readonly write: (writer: BinaryWriter, value: never) => unknown
  /** Where repeated ones become a typed array. */
  readonly list?: new (
    length: number,
  ) => Numbers
}

export const scalars: { readonly [S in Scalar]: ScalarFacts } = {
  string: {
    wire: WireType.LengthDelimited,
    read: (reader) => reader.string(),
    write: (writer, value: string) => writer.string(value),
  },
  bytes: {
    wire: WireType.LengthDelimited,
    read: (reader) => reader.bytes(),
    write: (writer, value: Uint8Array) => writer.bytes(value),
  },
  int32: {
    wire: WireType.Varint,
    read: (reader) => reader.int32(),
    write: (writer, value: number) => writer.int32(value),
    list: Int32Array,
  },
  int64: {
    wire: WireType.Varint,
    read: (reader) => BigInt(reader.int64()),
    write: (writer, value: bigint) => writer.int64(value),
    list: BigInt64Array,
  },
  uint64: {
    wire: WireType.Varint,
    read: (reader) => BigInt(reader.uint64()),
    write: (writer, value: bigint) => writer.uint64(value),
    list: BigUint64Array,
  },
  float: {
    wire: WireType.Bit32,
    read: (reader) => reader.float(),
    write: (writer, value: number) => writer.float(value),
    list: Float32Array,
  },
  double: {
    wire: WireType.Bit64,
    read: (reader) => reader.double(),
    write: (writer, value: number) => writer.double(value),
    list: Float64Array,
  },
}

/** Room for numbers of a type that becomes a typed array where it is repeated. */
export function allocate(type: Scalar, length: number): Numbers {
  return new (scalars[type].list ?? Float64Array)(length)
}
