/**
 * IDX files, as those of MNIST, read from any row: one of inputs, one of targets.
 *
 * Source: Y. LeCun, "The MNIST database of handwritten digits".
 */
import { SluiceError } from '../../errors.ts'
import { sizeOf } from '../../ir/shape.ts'
import { type BlockFacts, type BlockPlace, checkMark, markOf } from './block-table.ts'
import { type ByteFile, type FileRef, openByteFile } from './byte-file.ts'
import type { IdxSpec, RawBlock, ReadBlock, Source } from './raw-block.ts'

/** What one file says of itself. */
export interface IdxFacts {
  readonly shape: readonly number[]
  readonly type: IdxType
  /** Where its elements begin. */
  readonly start: number
}

type Read = (view: DataView, at: number) => number

interface IdxType {
  readonly name: string
  readonly sizeBytes: number
  /** Numbers are big-endian. */
  readonly read: Read
}

/** By the third byte of a file. */
const types: Readonly<Record<number, IdxType>> = {
  8: { name: 'u8', sizeBytes: 1, read: (view, at) => view.getUint8(at) },
  9: { name: 'i8', sizeBytes: 1, read: (view, at) => view.getInt8(at) },
  11: { name: 'i16', sizeBytes: 2, read: (view, at) => view.getInt16(at) },
  12: { name: 'i32', sizeBytes: 4, read: (view, at) => view.getInt32(at) },
  13: { name: 'f32', sizeBytes: 4, read: (view, at) => view.getFloat32(at) },
  14: { name: 'f64', sizeBytes: 8, read: (view, at) => view.getFloat64(at) },
}

export async function openIdx(spec: IdxSpec): Promise<IdxSource> {
  const inputs = await openOne(spec.inputs)
  try {
    return new IdxSource(inputs, await openOne(spec.targets), spec.blockBytes)
  } catch (error) {
    await inputs.file.close()
    throw error
  }
}

interface OpenFile {
  readonly file: ByteFile
  readonly facts: IdxFacts
}

async function openOne(ref: FileRef): Promise<OpenFile> {
  const file = await openByteFile(ref)
  try {
    return { file, facts: await readFacts(file) }
  } catch (error) {
    await file.close()
    throw error
  }
}

export class IdxSource implements Source {
  readonly #inputs: OpenFile
  readonly #targets: OpenFile
  /** How many examples there are, and how many numbers each. */
  readonly #rows: number
  readonly #width: number
  readonly #blockBytes: number

  constructor(inputs: OpenFile, targets: OpenFile, blockBytes: number) {
    this.#blockBytes = blockBytes
    this.#inputs = inputs
    this.#targets = targets
    const [rows = 0, ...features] = inputs.facts.shape
    this.#rows = rows
    this.#width = sizeOf(features)
    if (targets.facts.shape.length !== 1 || targets.facts.shape[0] !== rows) {
      throw otherTargets(inputs, targets)
    }
  }

  get name(): string {
    return this.#inputs.file.name
  }

  get sizeBytes(): number {
    return this.#inputs.file.size
  }

  get facts(): { readonly inputs: IdxFacts; readonly targets: IdxFacts } {
    return { inputs: this.#inputs.facts, targets: this.#targets.facts }
  }

  estimateRows(): Promise<number> {
    return Promise.resolve(this.#rows)
  }

  async *blocks(): AsyncGenerator<ReadBlock> {
    const { type, start } = this.#inputs.facts
    const rowBytes = this.#width * type.sizeBytes
    const step = Math.max(1, Math.floor(this.#blockBytes / rowBytes))
    for (let row = 0; row < this.#rows; row += step) {
      const place = { start: row, size: Math.min(step, this.#rows - row), line: row + 1 }
      const bytesRead = start + (row + place.size) * rowBytes
      yield { ...(await this.#read(place)), place, bytesRead }
    }
  }

  async read(place: BlockFacts): Promise<RawBlock> {
    const { mark, ...block } = await this.#read(place)
    checkMark(this.name, place, mark)
    return block
  }

  texts(): readonly (readonly string[])[] {
    return []
  }

  async close(): Promise<void> {
    await this.#inputs.file.close()
    await this.#targets.file.close()
  }

  async #read({ start, size }: BlockPlace): Promise<RawBlock & { readonly mark: number }> {
    const inputs = await bytesOf(this.#inputs, start * this.#width, size * this.#width)
    const targets = await bytesOf(this.#targets, start, size)
    const mark = markOf(targets, markOf(inputs))
    return {
      length: size,
      values: numbersOf(inputs, this.#inputs.facts.type),
      targets: numbersOf(targets, this.#targets.facts.type),
      mark,
    }
  }
}

function bytesOf({ file, facts }: OpenFile, first: number, count: number): Promise<Uint8Array> {
  const { sizeBytes } = facts.type
  return file.read(facts.start + first * sizeBytes, count * sizeBytes)
}

function numbersOf(bytes: Uint8Array, { sizeBytes, read }: IdxType): Float64Array {
  if (sizeBytes === 1 && read === types[8]?.read) return Float64Array.from(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const numbers = new Float64Array(bytes.length / sizeBytes)
  for (let at = 0; at < numbers.length; at++) numbers[at] = read(view, at * sizeBytes)
  return numbers
}

/** Throws DATA for what is no IDX file, or is longer or shorter than its sizes say. */
async function readFacts(file: ByteFile): Promise<IdxFacts> {
  const { name, size } = file
  const [zero, alsoZero, code = 0, rank = 0] = await file.read(0, Math.min(4, size))
  const type = types[code]
  if (zero !== 0 || alsoZero !== 0 || !type || rank === 0) throw noIdx(name, zero, alsoZero)
  const start = 4 + 4 * rank
  if (size < start) throw otherSize(name, `${start} bytes for ${rank} axes`, size)
  const header = await file.read(4, 4 * rank)
  const view = new DataView(header.buffer)
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 * axis))
  const wanted = start + sizeOf(shape) * type.sizeBytes
  if (wanted !== size) {
    throw otherSize(name, `${wanted} bytes for ${type.name}[${shape.join(', ')}]`, size)
  }
  return { shape, type, start }
}

function noIdx(name: string, zero: number | undefined, second: number | undefined): SluiceError {
  const isGzip = zero === 0x1f && second === 0x8b
  return new SluiceError({
    code: 'DATA',
    what: `${name} is no IDX file${isGzip ? ' that can be streamed' : ''}`,
    expected: 'a magic number 0, 0, a type, how many axes',
    got: isGzip ? 'a gzip file, which has no middle to begin at' : `${zero}, ${second}, …`,
    fix: isGzip ? `unpack it: gunzip -k ${name}` : 'give a file such as train-images-idx3-ubyte',
  })
}

function otherSize(name: string, expected: string, size: number): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${name} and its sizes differ`,
    expected,
    got: `${size} bytes`,
    fix: 'fetch the file again',
  })
}

function otherTargets(inputs: OpenFile, targets: OpenFile): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${targets.file.name}: the targets are not one for each example`,
    expected: `[${inputs.facts.shape[0]}], as ${inputs.file.name} has [${inputs.facts.shape.join(', ')}]`,
    got: `[${targets.facts.shape.join(', ')}]`,
    fix: 'give the labels that belong to the images',
  })
}
