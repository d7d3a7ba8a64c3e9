/** The examples of one part of a file, block after block, window after window. */
import { ContentHash } from '../../ir/content-hash.ts'
import { sizeOf } from '../../ir/shape.ts'
import { type Batch, type BatchOptions, batchCount } from '../batches.ts'
import { type EpochOrder, epochOrder, type Window } from './block-order.ts'
import { type BlockReader, openBlockReader, type PartSpec } from './block-reader.ts'
import type { ExampleFacts, ExampleStream } from './example-stream.ts'
import type { PreparedBlock } from './row-preparer.ts'

/** Where blocks are read: on this thread, or on others. */
export interface BlockService {
  /** Whether blocks are worth asking for before they are needed. */
  readonly isAhead: boolean
  open(spec: PartSpec): Promise<BlockReader>
}

const thisThread: BlockService = { isAhead: false, open: openBlockReader }

export interface BlockStreamFacts extends ExampleFacts {
  readonly targetSpread?: readonly number[]
}

/** Gives the same stream, its blocks read elsewhere. */
export const readElsewhere: unique symbol = Symbol('readElsewhere')

export interface BlockStream extends ExampleStream {
  readonly [readElsewhere]: (service: BlockService) => ExampleStream
}

/** A stream of a part; `windowBytes` of its examples are shuffled among each other. */
export function blockStream(
  facts: BlockStreamFacts,
  spec: PartSpec,
  windowBytes: number,
  service: BlockService = thisThread,
): BlockStream {
  const width = sizeOf(facts.inputs.shape.slice(1))
  const windowRows = Math.max(1, Math.floor(windowBytes / (4 * (width + 1))))
  const counts = spec.blocks[spec.part]
  return {
    ...facts,
    batches: (options) => ({
      length: batchCount(facts, options),
      [Symbol.asyncIterator]: () => {
        const { seed = 0, epoch = 0, shuffle = true } = options
        const order = epochOrder(counts, { seed, epoch, shuffle, windowRows })
        return takeBatches({ facts, order, service, spec }, options)
      },
    }),
    digest: () => digestOf(facts, spec, windowRows),
    [readElsewhere]: (other) => blockStream(facts, spec, windowBytes, other),
  }
}

/** The file by the marks of its blocks, and all that decides which examples come when. */
function digestOf(
  { inputs, targets }: ExampleFacts,
  { blocks, division, part, preparer }: PartSpec,
  windowRows: number,
): string {
  const hash = new ContentHash()
  for (const { dtype, shape } of [inputs, targets]) hash.addText(`${dtype} ${shape.join()}`)
  hash.addText(`${part} ${division.share} ${division.seed} ${windowRows}`)
  hash.addText(JSON.stringify(preparer.preparation))
  for (const mark of blocks.marks) hash.addWord(mark)
  return hash.digest()
}

interface Course {
  readonly facts: ExampleFacts
  readonly order: EpochOrder
  readonly service: BlockService
  readonly spec: PartSpec
}

async function* takeBatches(
  { facts, order, service, spec }: Course,
  { size, skip = 0, dropLast = false }: BatchOptions,
): AsyncGenerator<Batch> {
  const { windows } = order
  const end = dropLast ? facts.length - (facts.length % size) : facts.length
  let position = skip * size
  if (position >= end) return
  const reader = await service.open(spec)
  try {
    const queue = new BlockQueue(reader, windows, service.isAhead)
    const contents = new WindowContents(sizeOf(facts.inputs.shape.slice(1)))
    let batch = new BatchBuilder(facts, Math.min(size, end - position))
    for (const [index, window] of windows.entries()) {
      if (window.start + window.length <= position) continue
      await contents.fill(window, queue.take(index))
      const rows = order.within(index)
      for (let at = position - window.start; at < rows.length && position < end; at++) {
        position++
        if (!batch.add(contents, rows[at] ?? 0)) continue
        yield batch.finish()
        batch = new BatchBuilder(facts, Math.min(size, end - position))
      }
    }
  } finally {
    await reader.close()
  }
}

/** Asks for the blocks of windows; ahead of time for those of the next. */
class BlockQueue {
  readonly #reader: BlockReader
  readonly #windows: readonly Window[]
  readonly #isAhead: boolean
  readonly #asked = new Map<number, readonly Promise<PreparedBlock>[]>()

  constructor(reader: BlockReader, windows: readonly Window[], isAhead: boolean) {
    this.#reader = reader
    this.#windows = windows
    this.#isAhead = isAhead
  }

  /** The blocks of a window in their order. */
  async *take(window: number): AsyncGenerator<PreparedBlock> {
    if (!this.#isAhead) {
      for (const block of this.#windows[window]?.blocks ?? []) yield this.#reader.read(block)
      return
    }
    this.#ask(window)
    this.#ask(window + 1)
    const asked = this.#asked.get(window) ?? []
    this.#asked.delete(window)
    yield* asked
  }

  #ask(window: number): void {
    if (this.#asked.has(window)) return
    const asked = (this.#windows[window]?.blocks ?? []).map((block) => {
      const promise = this.#reader.read(block)
      promise.catch(() => undefined) // told to whoever takes it; nobody may come to that
      return promise
    })
    this.#asked.set(window, asked)
  }
}

/** The examples of one window, in memory that every window uses again. */
class WindowContents {
  readonly width: number
  inputs: Float32Array = new Float32Array(0)
  targets: Int32Array | Float32Array = new Int32Array(0)

  constructor(width: number) {
    this.width = width
  }

  async fill({ length }: Window, blocks: AsyncIterable<PreparedBlock>): Promise<void> {
    let rows = 0
    for await (const block of blocks) {
      if (rows === 0) this.#reserve(length, block.targets)
      this.inputs.set(block.inputs, rows * this.width)
      this.targets.set(block.targets, rows)
      rows += block.length
    }
  }

  #reserve(rows: number, targets: PreparedBlock['targets']): void {
    if (this.targets.length >= rows) return
    this.inputs = new Float32Array(rows * this.width)
    this.targets = targets instanceof Int32Array ? new Int32Array(rows) : new Float32Array(rows)
  }
}

class BatchBuilder {
  readonly #facts: ExampleFacts
  readonly #inputs: Float32Array
  #targets: Int32Array | Float32Array | undefined
  readonly #length: number
  #rows = 0

  constructor(facts: ExampleFacts, length: number) {
    this.#facts = facts
    this.#length = length
    this.#inputs = new Float32Array(length * sizeOf(facts.inputs.shape.slice(1)))
  }

  /** Whether it is full with this row. */
  add({ inputs, targets, width }: WindowContents, row: number): boolean {
    const from = row * width
    const into = this.#rows * width
    for (let k = 0; k < width; k++) this.#inputs[into + k] = inputs[from + k] ?? 0 // inside
    this.#targets ??=
      targets instanceof Int32Array ? new Int32Array(this.#length) : new Float32Array(this.#length)
    this.#targets[this.#rows] = targets[row] ?? 0
    return ++this.#rows === this.#length
  }

  finish(): Batch {
    const { inputs, targets } = this.#facts
    const shapeOf = (shape: readonly number[]) => [this.#length, ...shape.slice(1)]
    const data = this.#targets ?? new Int32Array(0)
    return {
      inputs: { shape: shapeOf(inputs.shape), dtype: 'f32', data: this.#inputs },
      targets: {
        shape: shapeOf(targets.shape),
        dtype: data instanceof Int32Array ? 'i32' : 'f32',
        data,
      },
    }
  }
}
