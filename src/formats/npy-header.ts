/**
 * The header of an npy file: a literal of Python, read by a parser that knows no more of Python than
 * what NumPy writes there.
 *
 * Source: NumPy, `numpy/lib/format.py`.
 */
import type { SluiceError } from '../errors.ts'
import type { DType } from '../ir/dtype.ts'
import type { Shape } from '../ir/shape.ts'
import { damaged } from './damaged.ts'
import { describeBeginning } from './file-kinds.ts'

export interface NpyHeader {
  readonly dtype: DType
  readonly isBigEndian: boolean
  readonly isFortran: boolean
  readonly shape: Shape
}

/** Dtypes by their names in NumPy, without the sign of their byte order. */
export const npyNames: { readonly [D in DType]?: string } = {
  ...{ bool: 'b1', i8: 'i1', u8: 'u1', i16: 'i2', u16: 'u2', i32: 'i4', u32: 'u4' },
  ...{ i64: 'i8', u64: 'u8', f16: 'f2', f32: 'f4', f64: 'f8' },
}

/** NumPy itself refuses longer headers unless it is told to trust the file. */
const greatestHeader = 10_000

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** How long magic, version and header are together; undefined while too few bytes are there. */
export function npyHeaderLength(bytes: Uint8Array, name: string): number | undefined {
  const isNpy = magic.every((byte, index) => index >= bytes.length || bytes[index] === byte)
  if (!isNpy) {
    throw damaged(`${name} is no array of NumPy`, {
      expected: 'a file that begins "\\x93NUMPY"',
      got: describeBeginning(bytes),
      fix: 'give what numpy.save wrote',
    })
  }
  if (bytes.length < 12) return undefined
  const version = bytes[6] ?? 0
  if (version < 1 || version > 3) {
    throw damaged(`${name} has a version of the format that is not known`, {
      expected: 'version 1, 2 or 3',
      got: `${version}.${bytes[7]}`,
      fix: 'save it with numpy.save',
    })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > greatestHeader) throw oddHeader(name, `up to ${greatestHeader} bytes`, `${length}`)
  return (version === 1 ? 10 : 12) + length
}

/** What a whole header says, magic and version included. */
export function readNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  const version = bytes[6] ?? 0
  const encoded = bytes.subarray(version === 1 ? 10 : 12)
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(encoded)
  const fields = readFields(text, name)
  const { descr, fortran_order: order, shape } = fields
  const isShape = Array.isArray(shape)
  if (typeof descr !== 'string' || typeof order !== 'boolean' || !isShape) {
    throw oddHeader(
      name,
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
      text.trim(),
    )
  }
  return { ...typeOf(descr, name), isFortran: order, shape }
}

/** NumPy leaves room for the first axis to become of so many digits. */
const greatestDigits = 21

/** The header of an array, as NumPy writes it: its end is padded to a multiple of 64 bytes. */
export function writeNpyHeader(descr: string, shape: Shape): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const digits = shape.length === 0 ? greatestDigits : String(shape[0]).length
  const spare = ' '.repeat(greatestDigits - digits)
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${axes}), }${spare}`
  const length = Math.ceil((10 + text.length + 1) / 64) * 64
  const bytes = new Uint8Array(length).fill(0x20)
  bytes.set([...magic, 1, 0])
  new DataView(bytes.buffer).setUint16(8, length - 10, true)
  bytes.set(new TextEncoder().encode(text), 10)
  bytes[length - 1] = 0x0a
  return bytes
}

function typeOf(descr: string, name: string): Pick<NpyHeader, 'dtype' | 'isBigEndian'> {
  const [order = '', word = ''] = [descr.slice(0, 1), descr.slice(1)]
  const known = Object.entries(npyNames).find(([, own]) => own === word)?.[0] as DType | undefined // its keys
  if (known && '<>|='.includes(order)) return { dtype: known, isBigEndian: order === '>' }
  const kinds: readonly (readonly [begin: RegExp, kind: string, fix: string])[] = [
    [/^\|?O/, 'Python objects, which are a pickle', 'array.astype(numpy.float32)'],
    [/^[<>]c/, 'complex numbers', 'save array.real and array.imag'],
    [/^[<>|][SU]/, 'texts', 'save numbers; keep texts as CSV or JSON'],
    [/^[<>][mM]/, 'dates or times', "array.astype('int64') or 'float64'"],
    [/^[<>|]V/, 'raw bytes, as of bfloat16', 'array.astype(numpy.float32)'],
  ]
  const [, kind, fix] = kinds.find(([begin]) => begin.test(descr)) ?? []
  throw damaged(`${name} holds elements that have no place here`, {
    expected: Object.values(npyNames).join(', '),
    got: `${JSON.stringify(descr)}${kind ? `: ${kind}` : ''}`,
    fix: fix ?? 'array.astype(numpy.float32)',
  })
}

type Field = string | boolean | readonly number[]

/** The fields of a dict like NumPy's, and nothing else that Python could say. */
function readFields(text: string, name: string): Readonly<Record<string, Field>> {
  const fields = new Map<string, Field>()
  let rest = text
  const take = (sign: RegExp): string | undefined => {
    const found = new RegExp(`^\\s*(?:${sign.source})`).exec(rest)
    if (!found) return undefined
    rest = rest.slice(found[0].length)
    return found[1] ?? ''
  }
  const must = (sign: RegExp, expected: string): string => {
    const found = take(sign)
    if (found !== undefined) return found
    throw oddHeader(name, expected, rest.trim() === '' ? 'its end' : rest.trim())
  }
  must(/\{/, '{')
  while (take(/\}/) === undefined) {
    const key = must(/'(\w{1,32})'/, 'a key in quotes')
    must(/:/, ':')
    if (fields.has(key)) throw oddHeader(name, `'${key}' once`, 'twice')
    fields.set(key, readField(take, must, name))
    if (take(/,/) === undefined) {
      must(/\}/, ', or }')
      break
    }
  }
  if (rest.trim() !== '') throw oddHeader(name, 'nothing more', rest.trim())
  return Object.fromEntries(fields)
}

function readField(
  take: (sign: RegExp) => string | undefined,
  must: (sign: RegExp, expected: string) => string,
  name: string,
): Field {
  const word = take(/'([^'\\]{0,64})'/)
  if (word !== undefined) return word
  const truth = take(/(True|False)/)
  if (truth !== undefined) return truth === 'True'
  if (take(/\[/) !== undefined) {
    throw damaged(`${name} holds records of several fields`, {
      expected: 'one dtype for all elements',
      got: 'a structured dtype',
      fix: "save each field as an array of its own: array['field']",
    })
  }
  must(/\(/, 'a text, True, False or a tuple')
  const sizes: number[] = []
  while (take(/\)/) === undefined) {
    const size = Number(must(/(\d{1,16})L?/, 'a size'))
    if (!Number.isSafeInteger(size)) throw oddHeader(name, 'sizes up to 2⁵³', String(size))
    sizes.push(size)
    if (take(/,/) === undefined) {
      must(/\)/, ', or )')
      break
    }
  }
  return sizes
}

function oddHeader(name: string, expected: string, got: string): SluiceError {
  const short = got.length > 80 ? `${got.slice(0, 80)}…` : got
  return damaged(`${name}: its header cannot be`, { expected, got: short })
}
