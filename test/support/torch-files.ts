/** Files of PyTorch made by hand, for what no torch.save writes. */
import { zipArchive } from './zip-archive.ts'

/** A pickle's operations, each as its code and operands; texts are one byte a letter. */
export type PickleParts = readonly (number | string | readonly number[])[]

const protocol: PickleParts = [0x80, 2]

/** The bytes of a pickle of protocol 2, with its end. */
export function pickleOf(...parts: PickleParts): Uint8Array {
  return bytesOf([...protocol, ...parts, '.'])
}

/** Bytes as they are, with texts one byte a letter. */
export function bytesOf(parts: PickleParts): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum: number, part) => sum + lengthOf(part), 0))
  let at = 0
  for (const part of parts) {
    if (typeof part === 'number') bytes[at] = part
    else if (typeof part !== 'string') bytes.set(part, at)
    else for (let i = 0; i < part.length; i++) bytes[at + i] = part.charCodeAt(i)
    at += lengthOf(part)
  }
  return bytes
}

function lengthOf(part: PickleParts[number]): number {
  return typeof part === 'number' ? 1 : part.length
}

/** A text operand of up to 255 letters. */
export function textPart(text: string): readonly number[] {
  return [...bytesOf(['\x8c', text.length, text])]
}

/** A whole number operand. */
export function intPart(value: number): readonly number[] {
  const bytes = new Uint8Array(9)
  new DataView(bytes.buffer).setBigInt64(1, BigInt(value), true)
  bytes[0] = 8
  return [0x8a, ...bytes]
}

/** A tuple of what `parts` make. */
export function tuplePart(...parts: PickleParts): readonly number[] {
  return [...bytesOf(['(', ...parts, 't'])]
}

export interface MadeTensor {
  readonly type?: string
  readonly key?: string
  readonly count: number
  readonly offset?: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

/** A tensor as torch pickles it. */
export function tensorPart(made: MadeTensor): readonly number[] {
  const { type = 'FloatStorage', key = '0', count, offset = 0, shape, strides } = made
  const storage = tuplePart(
    ...[textPart('storage'), `ctorch\n${type}\n`, textPart(key), textPart('cpu'), intPart(count)],
  )
  const sizes = [shape, strides].map((numbers) => tuplePart(...numbers.map(intPart)))
  const hooks = [...bytesOf(['ccollections\nOrderedDict\n', ')', 'R'])]
  const operands = tuplePart(storage, 'Q', intPart(offset), ...sizes, '\x89', hooks)
  return [...bytesOf(['ctorch._utils\n_rebuild_tensor_v2\n', operands, 'R'])]
}

/** A file of one dict with one tensor under `w`. */
export function fileOf(
  tensor: MadeTensor,
  storage: Uint8Array,
  options: { readonly isDeflated?: boolean; readonly further?: Record<string, Uint8Array> } = {},
): Uint8Array {
  const pickle = pickleOf('}', textPart('w'), tensorPart(tensor), 's')
  return archiveOf({ 'data.pkl': pickle, 'data/0': storage, ...options.further }, options)
}

/** An archive with its entries in one folder. */
export function archiveOf(
  entries: Readonly<Record<string, Uint8Array>>,
  { isDeflated = false }: { readonly isDeflated?: boolean } = {},
): Uint8Array {
  const written = Object.entries(entries).map(([path, bytes]) => ({
    ...{ path: `archive/${path}`, bytes, isDeflated },
  }))
  return zipArchive(written)
}
