/** JSON as files hold it: nested to a depth that is given, and no key twice. */
import type { SluiceError } from '../errors.ts'
import { damaged } from './damaged.ts'

export type StrictJson =
  | null
  | boolean
  | number
  | string
  | readonly StrictJson[]
  | ReadonlyMap<string, StrictJson>

/** The same with plain objects, each with no keys but its own. */
export type PlainJson =
  | null
  | boolean
  | number
  | string
  | readonly PlainJson[]
  | { readonly [key: string]: PlainJson }

/**
 * What a JSON text says. Objects are maps, so that no key (`__proto__`) means anything.
 *
 * `JSON.parse` keeps the last of two equal keys, and nothing limits its depth.
 * Throws: FILE, naming `name` and the offset, for anything else than JSON, for a key that stands
 * twice, for deeper nesting than `depth` and for more entries than `memory` has room for.
 */
export function parseStrictJson(text: string, file: JsonFile): StrictJson {
  return readWhole(text, file, mapForm)
}

/** As `parseStrictJson`, with plain objects, which take a third of the memory. */
export function parsePlainJson(text: string, file: JsonFile): PlainJson {
  return readWhole(text, file, plainForm)
}

/** How objects are made, and about how many bytes they take, with an entry, list, item or text more. */
interface Form<T> {
  readonly memoryOf: Readonly<Record<'object' | 'entry' | 'array' | 'item' | 'text', number>>
  /** How many bytes a letter takes. */
  readonly letter: number
  readonly create: () => T
  readonly has: (made: T, key: string) => boolean
  readonly set: (made: T, key: string, value: T) => void
}

// What these are given is what `create` made.
const mapForm: Form<StrictJson> = {
  memoryOf: { object: 180, entry: 48, array: 48, item: 16, text: 32 },
  letter: 2,
  create: () => new Map<string, StrictJson>(),
  has: (made, key) => (made as Map<string, StrictJson>).has(key),
  set: (made, key, value) => {
    const entries = made as Map<string, StrictJson>
    entries.set(key, value)
  },
}

const plainForm: Form<PlainJson> = {
  memoryOf: { object: 56, entry: 40, array: 32, item: 8, text: 0 },
  letter: 0, // all of them take no more than the text itself, of which the caller knows
  create: () => ({}),
  has: (made, key) => Object.hasOwn(made as object, key),
  set: (made, key, value) => define(made as Record<string, PlainJson>, key, value),
}

function define(made: Record<string, PlainJson>, key: string, value: PlainJson): void {
  if (key !== '__proto__') made[key] = value
  else Object.defineProperty(made, key, { value, enumerable: true })
}

function readWhole<T>(text: string, file: JsonFile, form: Form<T>): T {
  const { name, depth, part, memory = 2 ** 25 } = file
  const reader: Reader<T> = { text, at: 0, name, part, memory, form }
  const value = readValue(reader, depth)
  skipSpace(reader)
  if (reader.at < text.length) throw broken(reader, 'nothing more')
  return value
}

export interface JsonFile {
  /** What errors call the file. */
  readonly name: string
  /** How many objects and lists may stand in each other. */
  readonly depth: number
  /** Which part of the file is JSON, such as its header; undefined where all of it is. */
  readonly part?: string | undefined
  /** About how many bytes what is read may take; small texts can become large. Default 2²⁵. */
  readonly memory?: number
}

interface Reader<T> {
  readonly text: string
  readonly name: string
  readonly part: string | undefined
  readonly form: Form<T>
  at: number
  /** What is left of it. */
  memory: number
}

function charge<T>(reader: Reader<T>, bytes: number): void {
  reader.memory -= bytes
  if (reader.memory < 0) throw broken(reader, 'fewer entries')
}

function readValue<T>(reader: Reader<T>, depth: number): T {
  skipSpace(reader)
  const first = reader.text[reader.at]
  if (first === '{' || first === '[') {
    if (depth === 0) throw broken(reader, 'no deeper nesting')
    return first === '{' ? readObject(reader, depth - 1) : readArray(reader, depth - 1)
  }
  // What stands in a T beside objects and lists of it.
  return (first === '"' ? readString(reader) : readWord(reader)) as T
}

function readObject<T>(reader: Reader<T>, depth: number): T {
  const { memoryOf, create, has, set } = reader.form
  const made = create()
  charge(reader, memoryOf.object)
  reader.at++
  if (takes(reader, '}')) return made
  do {
    skipSpace(reader)
    const key = readString(reader)
    if (has(made, key)) throw broken(reader, `${JSON.stringify(key)} only once`)
    charge(reader, memoryOf.entry)
    if (!takes(reader, ':')) throw broken(reader, '":"')
    set(made, key, readValue(reader, depth))
  } while (takes(reader, ','))
  if (!takes(reader, '}')) throw broken(reader, '"," or "}"')
  return made
}

function readArray<T>(reader: Reader<T>, depth: number): T {
  const { memoryOf } = reader.form
  const items: T[] = []
  const made = items as T // a list of T is one
  charge(reader, memoryOf.array)
  reader.at++
  if (takes(reader, ']')) return made
  do {
    charge(reader, memoryOf.item)
    items.push(readValue(reader, depth))
  } while (takes(reader, ','))
  if (!takes(reader, ']')) throw broken(reader, '"," or "]"')
  return made
}

function readString<T>(reader: Reader<T>): string {
  const { text, at } = reader
  if (text[at] !== '"') throw broken(reader, 'a text in quotes')
  let end = at + 1
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
  const value = plainValue(text.slice(at, end + 1))
  if (typeof value !== 'string') throw broken(reader, 'a text in quotes')
  reader.at = end + 1
  const { memoryOf, letter } = reader.form
  charge(reader, memoryOf.text + letter * value.length)
  return value
}

function readWord<T>(reader: Reader<T>): number | boolean | null {
  const { text, at } = reader
  let end = at
  while (end < text.length && /[-+.\w]/.test(text.charAt(end))) end++
  const value = plainValue(text.slice(at, end))
  if (value === undefined || typeof value === 'string') throw broken(reader, 'a value')
  reader.at = end
  return value
}

/** The value of a text that holds one string, number or word; undefined where it is no JSON. */
function plainValue(text: string): string | number | boolean | null | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function takes<T>(reader: Reader<T>, sign: string): boolean {
  skipSpace(reader)
  if (reader.text[reader.at] !== sign) return false
  reader.at++
  return true
}

function skipSpace<T>(reader: Reader<T>): void {
  while (' \t\n\r'.includes(reader.text[reader.at] ?? '?')) reader.at++
}

function broken<T>({ name, part, text, at }: Reader<T>, expected: string): SluiceError {
  const rest = text.slice(at, at + 20)
  return damaged(`${name}: its ${part ?? 'text'} is no JSON that may stand there`, {
    where: `character ${at + 1}${part ? ` of the ${part}` : ''}`,
    expected,
    got: rest === '' ? `the end${part ? ` of the ${part}` : ''}` : JSON.stringify(rest),
    fix: 'save it again with a program that keeps to the format',
  })
}
