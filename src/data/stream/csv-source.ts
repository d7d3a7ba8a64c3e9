/** A table as text that is read block by block, from any place where a row begins. */
import {
  loadParser,
  longestRow,
  longRow,
  openQuote,
  type ParserClass,
  parseRows,
} from '../csv-rows.ts'
import { textOfLines } from '../csv-text.ts'
import { TableBuilder } from '../table-builder.ts'
import { type BlockFacts, type BlockPlace, checkMark, markOf } from './block-table.ts'
import { type ByteFile, openByteFile } from './byte-file.ts'
import { canScan, LineScanner } from './line-scanner.ts'
import type { CsvSpec, RawBlock, ReadBlock, Source } from './raw-block.ts'

const newline = 10
const carriageReturn = 13
const quote = 34

export async function openCsv(spec: CsvSpec): Promise<Source> {
  const file = await openByteFile(spec.file)
  return new CsvSource(file, spec, await loadParser())
}

class CsvSource implements Source {
  readonly #file: ByteFile
  readonly #spec: CsvSpec
  readonly #Parser: ParserClass
  readonly #builder: TableBuilder
  readonly #scanner: LineScanner | undefined

  constructor(file: ByteFile, spec: CsvSpec, Parser: ParserClass) {
    const { plan, delimiter } = spec
    this.#file = file
    this.#spec = spec
    this.#Parser = Parser
    this.#builder = new TableBuilder(plan, 1000)
    const options = { name: plan.table, delimiter, width: plan.features.length + 1 }
    this.#scanner = canScan(delimiter, plan.decimal)
      ? new LineScanner(this.#builder, options)
      : undefined
  }

  get name(): string {
    return this.#file.name
  }

  get sizeBytes(): number {
    return this.#file.size
  }

  async estimateRows(): Promise<number> {
    const { size } = this.#file
    const bytes = await this.#file.read(0, Math.min(size, 2 ** 16))
    let lines = 0
    for (const byte of bytes) if (byte === newline || byte === carriageReturn) lines++
    return (size * Math.max(1, lines)) / Math.max(1, bytes.length)
  }

  async *blocks(): AsyncGenerator<ReadBlock> {
    let start = 0
    let line = 1
    while (start < this.#file.size) {
      const found = await this.#next(start, line)
      yield found.block
      start += found.block.place.size
      line = found.nextLine
    }
  }

  async read(place: BlockFacts): Promise<RawBlock> {
    const bytes = await this.#file.read(place.start, place.size)
    checkMark(this.name, place, markOf(bytes))
    return this.#take(bytes, place, true).taken
  }

  texts(): readonly (readonly string[])[] {
    const { texts, targetTexts } = this.#builder.finish()
    return [...texts, targetTexts]
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  /** The block that begins at `start`: whole rows, as many as there are in so many bytes. */
  async #next(
    start: number,
    line: number,
  ): Promise<{ readonly block: ReadBlock; readonly nextLine: number }> {
    const { size } = this.#file
    for (let length = this.#spec.blockBytes; ; length *= 2) {
      const isLast = start + length >= size
      const bytes = await this.#file.read(start, Math.min(length, size - start))
      const end = isLast ? bytes.length : lastLineEnd(bytes)
      if (end > 0) {
        const whole = bytes.subarray(0, end)
        const { taken, open, nextLine } = this.#take(whole, { start, line }, isLast)
        // A row that goes on is read with the next block, unless it is all that there is.
        const used = startOfLast(whole, open)
        if (used > 0) {
          const place = { start, size: used, line }
          const mark = markOf(bytes.subarray(0, used))
          const bytesRead = start + used
          return { block: { ...taken, place, mark, bytesRead }, nextLine }
        }
      }
      if (length > longestRow) throw this.#endless(bytes, line)
    }
  }

  #endless(bytes: Uint8Array, line: number): Error {
    return (bytes.includes(quote) ? openQuote : longRow)(this.name, line)
  }

  /** The numbers of some rows; `open`: how many of the last lines are a row that goes on. */
  #take(
    bytes: Uint8Array,
    { start, line }: Pick<BlockPlace, 'start' | 'line'>,
    isLast: boolean,
  ): { readonly taken: RawBlock; readonly open: number; readonly nextLine: number } {
    const { plan, delimiter, firstRow } = this.#spec
    const builder = this.#builder
    builder.clear()
    if (this.#scanner && (start > 0 || firstRow === 0)) {
      const lines = this.#scanner.scan(ended(start === 0 ? withoutMark(bytes) : bytes), line)
      if (lines >= 0) return { taken: builder.taken(), open: 0, nextLine: line + lines }
      builder.clear()
    }
    const text = textOfLines(bytes, this.name, line)
    const options = { delimiter, isLast, line, name: plan.table }
    const { rows, used, nextLine } = parseRows(text, options, this.#Parser)
    for (const row of start === 0 ? rows.slice(firstRow) : rows) builder.add(row)
    const open = used < text.length ? text.slice(used).split('\n').length - 1 : 0
    return { taken: builder.taken(), open, nextLine }
  }
}

/** How many bytes there are up to the last end of a line; 0 where there is none. */
function lastLineEnd(bytes: Uint8Array): number {
  const last = bytes.lastIndexOf(newline)
  if (last >= 0) return last + 1
  // Old systems end lines by \r alone; one at the very end may be the half of \r\n.
  return bytes.lastIndexOf(carriageReturn, -2) + 1
}

/** Where the last `lines` lines begin, of bytes that end with the end of a line. */
function startOfLast(bytes: Uint8Array, lines: number): number {
  if (lines === 0) return bytes.length
  let found = 0
  for (let at = bytes.length - 1; at >= 0; at--) {
    const byte = bytes[at]
    const isEnd = byte === newline || (byte === carriageReturn && bytes[at + 1] !== newline)
    if (isEnd && found++ === lines) return at + 1
  }
  return 0
}

/** Without a byte order mark. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

/** The bytes with the end of their last line. */
function ended(bytes: Uint8Array): Uint8Array {
  if (bytes[bytes.length - 1] === newline) return bytes
  const whole = new Uint8Array(bytes.length + 1)
  whole.set(bytes)
  whole[bytes.length] = newline
  return whole
}
