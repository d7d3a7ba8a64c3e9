/** JSON as headers of files hold it: nested to a depth that is given, and no key twice. */
import { SluiceError } from '../errors.ts'

export type StrictJson =
  | null
  | boolean
  | number
  | string
  | readonly StrictJson[]
  | ReadonlyMap<string, StrictJson>

/**
 * What a JSON text says. Objects are maps, so that no key (`__proto__`) means anything.
 *
 * `JSON.parse` keeps the last of two equal keys, and nothing limits its depth.
 * Throws: FILE, naming `name` and the offset, for anything else than JSON, for a key that stands
 * twice and for deeper nesting than `depth`.
 */
export function parseStrictJson(
  text: string,
  { name, depth }: { readonly name: string; readonly depth: number },
): StrictJson {
  const reader: Reader = { text, at: 0, name }
  const value = readValue(reader, depth)
  skipSpace(reader)
  if (reader.at < text.length) throw broken(reader, 'nothing more')
  return value
}

interface Reader {
  readonly text: string
  readonly name: string
  at: number
}

function readValue(reader: Reader, depth: number): StrictJson {
  skipSpace(reader)
  const first = reader.text[reader.at]
  if (first === '{' || first === '[') {
    if (depth === 0) throw broken(reader, 'no deeper nesting')
    return first === '{' ? readObject(reader, depth - 1) : readArray(reader, depth - 1)
  }
  if (first === '"') return readString(reader)
  return readWord(reader)
}

function readObject(reader: Reader, depth: number): ReadonlyMap<string, StrictJson> {
  const entries = new Map<string, StrictJson>()
  reader.at++
  if (takes(reader, '}')) return entries
  do {
    skipSpace(reader)
    const key = readString(reader)
    if (entries.has(key)) throw broken(reader, `${JSON.stringify(key)} only once`)
    if (!takes(reader, ':')) throw broken(reader, '":"')
    entries.set(key, readValue(reader, depth))
  } while (takes(reader, ','))
  if (!takes(reader, '}')) throw broken(reader, '"," or "}"')
  return entries
}

function readArray(reader: Reader, depth: number): readonly StrictJson[] {
  const items: StrictJson[] = []
  reader.at++
  if (takes(reader, ']')) return items
  do items.push(readValue(reader, depth))
  while (takes(reader, ','))
  if (!takes(reader, ']')) throw broken(reader, '"," or "]"')
  return items
}

function readString(reader: Reader): string {
  const { text, at } = reader
  if (text[at] !== '"') throw broken(reader, 'a text in quotes')
  let end = at + 1
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
  const value = plainValue(text.slice(at, end + 1))
  if (typeof value !== 'string') throw broken(reader, 'a text in quotes')
  reader.at = end + 1
  return value
}

function readWord(reader: Reader): number | boolean | null {
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

function takes(reader: Reader, sign: string): boolean {
  skipSpace(reader)
  if (reader.text[reader.at] !== sign) return false
  reader.at++
  return true
}

function skipSpace(reader: Reader): void {
  while (' \t\n\r'.includes(reader.text[reader.at] ?? '?')) reader.at++
}

function broken({ name, text, at }: Reader, expected: string): SluiceError {
  const rest = text.slice(at, at + 20)
  return new SluiceError({
    code: 'FILE',
    what: `${name}: its header is no JSON that may stand there`,
    where: `character ${at + 1} of the header`,
    expected,
    got: rest === '' ? 'the end of the header' : JSON.stringify(rest),
    fix: 'save it again with a program that keeps to the safetensors format',
  })
}
