/**
 * Messages of protobuf read and written by the tables of `schema.ts`. Bytes are not copied: what is
 * read lies in the file's own memory. Repeated numbers come as typed arrays, so int64 loses nothing.
 */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { SluiceError } from '../errors.ts'
import { NumberList } from './number-list.ts'
import { allocate, type Numbers, scalars } from './scalars.ts'
import type { Field, Scalar, Schema, SchemaOf } from './schema.ts'

/** Messages within messages: more than any writer makes, and far from the end of the stack. */
const deepest = 100

/**
 * How many messages and strings a file may hold, a message counted four times: some 150,000 nodes,
 * or 100 MB of objects made of a file of empty ones.
 */
const most = 2_000_000

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
export function encode<T>(schema: SchemaOf<T>, message: T): Uint8Array<ArrayBuffer> {
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
