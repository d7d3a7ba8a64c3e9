/** The header of a safetensors file, read as if somebody had made it to do harm. */
import type { SluiceError } from '../errors.ts'
import { damaged } from './damaged.ts'
import { describeBeginning, describeText } from './file-kinds.ts'
import { parseStrictJson, type StrictJson } from './strict-json.ts'

/** One tensor as the header tells it. */
export interface HeaderEntry {
  readonly key: string
  readonly type: string
  readonly shape: readonly number[]
  /** Where its elements begin and end, counted from the end of the header. */
  readonly begin: number
  readonly end: number
}

export interface Header {
  /** In the order of their places in the file. */
  readonly entries: readonly HeaderEntry[]
  readonly metadata: ReadonlyMap<string, string>
  /** Where the elements begin in the file. */
  readonly start: number
}

/** Longer headers are refused; they would name some 150,000 tensors. */
const greatestHeader = 2 ** 24

/** Header, tensor, shape: nothing nests deeper. */
const depth = 3

/** Reads the header alone. Throws FILE for anything that no writer of the format makes. */
export function decodeHeader(bytes: Uint8Array, name: string): Header {
  const length = lengthOfHeader(bytes, name)
  const text = textOf(bytes.subarray(8, 8 + length), name)
  const header = parseStrictJson(text, { name, depth, part: 'header' })
  if (!isObject(header)) throw oddHeader(name, 'header', 'an object', header)
  const entries: HeaderEntry[] = []
  let metadata: ReadonlyMap<string, string> = new Map()
  for (const [key, value] of header) {
    if (key === '__metadata__') metadata = metadataOf(value, name)
    else entries.push(entryOf(key, value, name))
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end)
  return { entries, metadata, start: 8 + length }
}

/** Throws FILE unless the tensors lie one after the other and end where the file ends. */
export function checkExtent(entries: readonly HeaderEntry[], length: number, name: string): void {
  let next = 0
  for (const { key, begin, end } of entries) {
    if (begin !== next || end < begin) {
      throw damaged(`${name}: a tensor does not begin where the one before it ends`, {
        where: `tensor "${key}"`,
        expected: `data_offsets [${next}, …]`,
        got: `[${begin}, ${end}]`,
      })
    }
    next = end
  }
  if (next > length) throw cutOff(name, `${next} bytes of elements, as its header says`, length)
  if (next === length) return
  throw damaged(`${name}: there is more in it than its header says`, {
    expected: `${next} bytes of elements`,
    got: `${length}`,
  })
}

function lengthOfHeader(bytes: Uint8Array, name: string): number {
  if (bytes.length === 0) {
    throw damaged(`${name} is empty`, { expected: 'a safetensors file', got: '0 bytes' })
  }
  if (bytes.length < 8) {
    if (describeText(bytes)) throw foreign(bytes, name)
    throw cutOff(name, 'the length of its header in 8 bytes', bytes.length)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8)
  const length = Number(view.getBigUint64(0, true))
  // A header may end with spaces but begins with its brace: so other formats are told at once.
  if (bytes.length > 8 && bytes[8] !== 0x7b) throw foreign(bytes, name)
  if (length > greatestHeader) {
    throw damaged(`${name}: its header is too long`, {
      expected: `at most ${greatestHeader} bytes`,
      got: `${length}`,
    })
  }
  if (bytes.length < 8 + length) {
    throw cutOff(name, `a header of ${length} bytes`, bytes.length - 8)
  }
  if (length < 2) throw damaged(`${name} has no header`, { expected: '{}', got: `${length} bytes` })
  return length
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw damaged(`${name}: its header is no text`, {
      expected: 'JSON in UTF-8',
      got: 'bytes that are no UTF-8',
    })
  }
}

function entryOf(key: string, value: StrictJson, name: string): HeaderEntry {
  const where = `tensor "${key}"`
  if (!isObject(value)) throw oddHeader(name, where, 'dtype, shape and data_offsets', value)
  const type = value.get('dtype')
  if (typeof type !== 'string') throw oddHeader(name, `dtype of ${where}`, 'a name', type)
  const shape = countsOf(value.get('shape'), name, `shape of ${where}`)
  if (!Number.isSafeInteger(shape.reduce((product, count) => product * count, 8))) {
    throw oddCounts(name, `shape of ${where}`, shape)
  }
  const offsets = countsOf(value.get('data_offsets'), name, `data_offsets of ${where}`)
  const [begin, end, ...more] = offsets
  if (begin === undefined || end === undefined || more.length > 0) {
    throw oddHeader(name, `data_offsets of ${where}`, '[begin, end]', offsets)
  }
  return { key, type, shape, begin, end }
}

/** Whole numbers that JavaScript holds exactly. */
function countsOf(value: StrictJson | undefined, name: string, where: string): readonly number[] {
  const isCount = (item: StrictJson): item is number =>
    Number.isSafeInteger(item) && Number(item) >= 0
  if (Array.isArray(value) && value.every(isCount)) return value
  throw oddCounts(name, where, value)
}

function oddCounts(name: string, where: string, value: unknown): SluiceError {
  return oddHeader(name, where, 'whole numbers, 0 or more, of a size that can be', value)
}

function metadataOf(value: StrictJson, name: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  if (!isObject(value)) throw oddHeader(name, '__metadata__', 'an object of texts', value)
  for (const [key, text] of value) {
    if (typeof text !== 'string') {
      throw oddHeader(name, `__metadata__, ${JSON.stringify(key)}`, 'a text', text)
    }
    texts.set(key, text)
  }
  return texts
}

function isObject(value: StrictJson | undefined): value is ReadonlyMap<string, StrictJson> {
  return value instanceof Map
}

function oddHeader(name: string, where: string, expected: string, got: unknown): SluiceError {
  const text = got === undefined ? 'nothing' : isMap(got) ? 'an object' : JSON.stringify(got)
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return damaged(`${name}: its header cannot be`, { where, expected, got: short })
}

function isMap(value: unknown): boolean {
  return value instanceof Map
}

function cutOff(name: string, expected: string, got: number): SluiceError {
  return damaged(`${name} is cut off`, { expected, got: `${got} bytes` })
}

function foreign(bytes: Uint8Array, name: string): SluiceError {
  return damaged(`${name} is no safetensors file`, {
    expected: 'the length of its header in 8 bytes, then the header, which begins "{"',
    got: describeBeginning(bytes),
    fix: 'give a model that was saved as safetensors',
  })
}
