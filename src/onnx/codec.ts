/**
 * Messages of protobuf read and written by the tables of `schema.ts`. Bytes are not copied: what is
 * read lies in the file's own memory. Repeated numbers come as typed arrays, so int64 loses nothing.
 */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { SluiceError } from '../errors.ts'
import type { Field, Scalar, Schema, SchemaOf } from './schema.ts'

/** Messages within messages: more than any writer makes, and far from the end of the stack. */
const deepest = 100

/**
 * How many messages and strings a file may hold, a message counted four times: some 150,000 nodes,
 * or 100 MB of objects made of a file of empty ones.
 */
const most = 2_000_000

type Numbers = BigInt64Array | BigUint64Array | Int32Array | Float32Array | Float64Array

interface ScalarFacts {
  readonly wire: WireType
  readonly read: (reader: BinaryReader) => unknown
  readonly write: (writer: BinaryWriter, value: never) => unknown
  /** Where repeated ones become a typed array. */
  readonly list?: new (
    length: number,
  ) => Numbers
}

const scalars: { readonly [S in Scalar]: ScalarFacts } = {
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

/**
 * The message that the bytes are. Fields that the schema does not list are skipped.
 * Throws: FILE where the bytes end early, nest too deeply or are no message of this kind; `name` is
 * what errors call them.
 */
export function decode<T>(schema: SchemaOf<T>, bytes: Uint8Array, name: string): T {
  const progress: Progress = { place: [schema.name], count: 0 }
  try {
    return decodeMessage(schema, bytes, progress) as T // the schema has a field for each property
  } catch (error) {
    if (error instanceof SluiceError) throw error
    throw damagedMessage(
      name,
      progress.place,
      error instanceof Error ? error.message : String(error),
    )
  }
}

/** The bytes of a message, fields in the order of their schema; what is absent is not written. */
export function encode<T>(schema: SchemaOf<T>, message: T): Uint8Array {
  const writer = new BinaryWriter()
  // Its properties are the fields of the schema.
  encodeMessage(writer, schema, message as Readonly<Record<string, unknown>>)
  return writer.finish()
}

const byNumber = new WeakMap<Schema, ReadonlyMap<number, readonly [string, Field]>>()

function fieldsOf(schema: Schema): ReadonlyMap<number, readonly [string, Field]> {
  const known = byNumber.get(schema)
  if (known) return known
  const entries = Object.entries(schema.fields)
  const fields = new Map(entries.map((entry) => [entry[1].number, entry]))
  byNumber.set(schema, fields)
  return fields
}

interface Progress {
  /** Where in the file it is: for errors. */
  readonly place: string[]
  count: number
}

function advance(progress: Progress, by: number): void {
  progress.count += by
  if (progress.count > most) throw new Error(`there are more than ${most / 4} messages`)
}

const nothing: readonly never[] = Object.freeze([])

function decodeMessage(schema: Schema, bytes: Uint8Array, progress: Progress): object {
  const { place } = progress
  advance(progress, 4)
  if (place.length > deepest) throw new Error(`messages nest more than ${deepest} deep`)
  const fields = fieldsOf(schema)
  const reader = new BinaryReader(bytes)
  const message: Record<string, unknown> = {}
  for (const [name, field] of fields.values()) {
    if (field.isRepeated) message[name] = emptyOf(field)
  }
  const lists = new Map<string, NumberList>()
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag()
    const [name, field] = fields.get(number) ?? []
    if (name === undefined || field === undefined) {
      if (wire === WireType.EndGroup) throw new Error('a group ends that did not begin')
      reader.skip(wire, number)
      continue
    }
    place.push(name)
    readField(reader, { field, name, wire, message, lists, progress })
    place.pop()
  }
  for (const [name, list] of lists) message[name] = list.finish()
  return message
}

const noNumbers = new Map<Scalar, Numbers>()

/** What stands for a repeated field that does not occur: one object for all of them. */
function emptyOf({ type }: Field): unknown {
  if (typeof type !== 'string' || !scalars[type].list) return nothing
  const empty = noNumbers.get(type) ?? allocate(type, 0)
  noNumbers.set(type, empty)
  return empty
}

interface Reading {
  readonly field: Field
  readonly name: string
  readonly wire: WireType
  readonly message: Record<string, unknown>
  readonly lists: Map<string, NumberList>
  readonly progress: Progress
}

function readField(reader: BinaryReader, reading: Reading): void {
  const { field, name, wire, message, lists, progress } = reading
  const { type, isRepeated } = field
  if (typeof type === 'string' && isRepeated && scalars[type].list) {
    const list = lists.get(name) ?? new NumberList(type)
    lists.set(name, list)
    if (wire === WireType.LengthDelimited) list.readPacked(reader.bytes())
    else list.push(checked(wire, type, reader))
    return
  }
  const value =
    typeof type === 'string'
      ? checked(wire, type, reader)
      : decodeMessage(type(), delimited(wire, reader), progress)
  const held = message[name]
  if (isRepeated) {
    advance(progress, 1)
    if (held === nothing) message[name] = [value]
    else if (Array.isArray(held)) held.push(value)
  } else if (held !== undefined && typeof type !== 'string') {
    throw new Error('it stands twice')
  } else message[name] = value
}

function checked(wire: WireType, type: Scalar, reader: BinaryReader): unknown {
  const facts = scalars[type]
  if (wire !== facts.wire) {
    throw new Error(`${type} has wire type ${facts.wire}, and there is wire type ${wire}`)
  }
  return facts.read(reader)
}

function delimited(wire: WireType, reader: BinaryReader): Uint8Array {
  if (wire === WireType.LengthDelimited) return reader.bytes()
  throw new Error(`a message has wire type 2, and there is wire type ${wire}`)
}

/** Numbers of a repeated field, in a typed array that grows: a list of bigints takes ten times as much. */
class NumberList {
  readonly #type: Scalar
  #numbers: Numbers
  #length = 0

  constructor(type: Scalar) {
    this.#type = type
    this.#numbers = allocate(type, 0)
  }

  push(value: unknown): void {
    if (this.#length === this.#numbers.length) this.#grow(Math.max(4, this.#length * 2))
    this.#numbers[this.#length++] = value as never // what the scalar's own `read` gave
  }

  readPacked(bytes: Uint8Array): void {
    const reader = new BinaryReader(bytes)
    const { read, wire } = scalars[this.#type]
    const width = wire === WireType.Bit32 ? 4 : wire === WireType.Bit64 ? 8 : 0
    if (width > 0 && bytes.length % width !== 0)
      throw new Error(`a packed ${this.#type} is cut off`)
    const count = width > 0 ? bytes.length / width : countVarints(bytes)
    this.#grow(this.#length + count)
    while (reader.pos < reader.len) this.push(read(reader))
  }

  finish(): Numbers {
    return this.#numbers.length === this.#length
      ? this.#numbers
      : this.#numbers.slice(0, this.#length)
  }

  #grow(length: number): void {
    if (length <= this.#numbers.length) return
    const larger = allocate(this.#type, length)
    larger.set(this.#numbers as never) // the same kind of array
    this.#numbers = larger
  }
}

function allocate(type: Scalar, length: number): Numbers {
  return new (scalars[type].list ?? Float64Array)(length)
}

/** How many varints the bytes hold: each ends with a byte below 128. */
function countVarints(bytes: Uint8Array): number {
  let count = 0
  for (const byte of bytes) if (byte < 128) count++
  return count
}

function encodeMessage(
  writer: BinaryWriter,
  schema: Schema,
  message: Readonly<Record<string, unknown>>,
): void {
  for (const [name, field] of Object.entries(schema.fields)) {
    const value = message[name]
    if (value === undefined) continue
    if (!field.isRepeated) writeOne(writer, field, value)
    else if (field.isPacked) writePacked(writer, field, value as ArrayLike<unknown>)
    else for (const item of value as Iterable<unknown>) writeOne(writer, field, item)
  }
}

function writeOne(writer: BinaryWriter, { number, type }: Field, value: unknown): void {
  if (typeof type === 'string') {
    writer.tag(number, scalars[type].wire)
    scalars[type].write(writer, value as never) // messages hold what their schema says
    return
  }
  writer.tag(number, WireType.LengthDelimited).fork()
  encodeMessage(writer, type(), value as Readonly<Record<string, unknown>>)
  writer.join()
}

function writePacked(
  writer: BinaryWriter,
  { number, type }: Field,
  list: ArrayLike<unknown>,
): void {
  if (list.length === 0 || typeof type !== 'string') return
  writer.tag(number, WireType.LengthDelimited).fork()
  for (let index = 0; index < list.length; index++) {
    scalars[type].write(writer, list[index] as never) // as above
  }
  writer.join()
}

function damagedMessage(name: string, place: readonly string[], got: string): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `${name} is damaged, or not an ONNX file`,
    where: place.join('.'),
    expected: 'a protobuf message as onnx.proto describes it',
    got,
    fix: 'save or copy it again',
  })
}
