/** What stands in a file of PyTorch by dotted keys: tensors, and whatever else as text. */
import { damaged } from './damaged.ts'
import type { PickleValue, TorchTensor } from './pickle-machine.ts'
import { isKind } from './torch-rules.ts'

export interface TorchContents {
  readonly tensors: ReadonlyMap<string, TorchTensor>
  readonly metadata: ReadonlyMap<string, string>
}

/** What a walk over all values of a file may come to; real files stay far below. */
const limits = { depth: 64, values: 1_000_000, characters: 2 ** 23 } as const

interface Walk {
  readonly name: string
  readonly tensors: Map<string, TorchTensor>
  readonly metadata: Map<string, string>
  /** What is left of the limits: a value that many lists share is met again in each. */
  values: number
  characters: number
}

/** All values under their keys. Throws FILE where they nest too deep or two have one key. */
export function contentsByKey(value: PickleValue, name: string): TorchContents {
  const { values, characters } = limits
  const walk: Walk = { name, tensors: new Map(), metadata: new Map(), values, characters }
  visit(walk, value, '', limits.depth)
  return walk
}

function visit(walk: Walk, value: PickleValue, path: string, depth: number): void {
  count(walk, path)
  if (depth === 0) throw tooMuch(walk, path, `nesting of up to ${limits.depth} levels`)
  if (isKind(value, 'tensor')) {
    put(walk, walk.tensors, path === '' ? 'tensor' : path, value)
  } else if (isKind(value, 'dict')) {
    for (const [key, inner] of value.entries) {
      visit(walk, inner, within(path, wordOf(walk, key, path)), depth - 1)
    }
  } else if (isSequence(value) && value.items.some(isContainer)) {
    for (const [index, inner] of value.items.entries()) {
      visit(walk, inner, within(path, String(index)), depth - 1)
    }
  } else {
    const text = textOf(walk, value, path)
    put(walk, walk.metadata, path === '' ? 'value' : path, text)
  }
}

type Sequence = Extract<PickleValue, { readonly items: unknown }>

function isSequence(value: PickleValue): value is Sequence {
  return isKind(value, 'list') || isKind(value, 'tuple') || isKind(value, 'set')
}

/** Whether a value is, or may hold, a tensor. */
function isContainer(value: PickleValue): boolean {
  return isKind(value, 'tensor') || isKind(value, 'dict') || isSequence(value)
}

/** A value without tensors, or a list of such, as text. */
function textOf(walk: Walk, value: PickleValue, path: string): string {
  if (typeof value === 'string') return counted(walk, value, path)
  if (!isSequence(value)) return counted(walk, plainText(value), path)
  const items = value.items.map((item) => {
    count(walk, '')
    const text = counted(walk, plainText(item), path)
    const isJson = item === null || typeof item === 'number' || typeof item === 'boolean'
    return isJson && Number.isFinite(item ?? 0) ? text : JSON.stringify(text)
  })
  return `[${items.join(',')}]`
}

function plainText(value: PickleValue): string {
  if (value instanceof Uint8Array) return Array.from(value.subarray(0, 2 ** 20), hex).join('')
  if (typeof value !== 'object' || value === null) return String(value)
  return value.kind === 'global' ? value.name : value.kind
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

function wordOf(walk: Walk, key: PickleValue, path: string): string {
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint') return `${key}`
  throw damaged(`${walk.name}: a key is neither a text nor a number`, {
    where: path === '' ? 'the outermost dict' : `dict "${path}"`,
    expected: 'keys that can be joined by dots',
    got: plainText(key),
    fix: 'save the tensors alone: torch.save(model.state_dict(), path)',
  })
}

function within(path: string, word: string): string {
  return path === '' ? word : `${path}.${word}`
}

function put<T>(walk: Walk, map: Map<string, T>, key: string, value: T): void {
  if (!walk.tensors.has(key) && !walk.metadata.has(key)) {
    map.set(key, value)
    return
  }
  throw damaged(`${walk.name}: two of its values have one key`, {
    where: `"${key}"`,
    expected: 'keys that differ when they are joined by dots',
    got: 'the same twice',
    fix: 'save the dicts in files of their own',
  })
}

function counted(walk: Walk, text: string, path: string): string {
  walk.characters -= text.length
  if (walk.characters >= 0) return text
  throw tooMuch(walk, path, `keys and texts of up to ${limits.characters} characters`)
}

function count(walk: Walk, path: string): void {
  walk.values--
  if (walk.values < 0) throw tooMuch(walk, path, `up to ${limits.values} values`)
  counted(walk, path, path)
}

function tooMuch({ name }: Walk, path: string, expected: string) {
  return damaged(`${name} holds more than weights`, {
    where: path === '' ? 'the whole' : `"${path.length > 60 ? `${path.slice(0, 60)}…` : path}"`,
    expected,
    got: 'more',
    fix: 'save the tensors alone: torch.save(model.state_dict(), path)',
  })
}
