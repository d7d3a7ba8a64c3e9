/**
 * Lines of a table become numbers straight from their bytes, where no cell is quoted: neither cells nor
 * lines are strings, which is what reading takes most of its time for. Whatever is unusual in a line is
 * left to the reader of rows, which says what is wrong with it.
 */
import type { Decimal } from '../cell.ts'
import type { Delimiter } from '../csv-rows.ts'
import { textOfLines } from '../csv-text.ts'
import type { CellReader, TableBuilder } from '../table-builder.ts'

export interface ScanOptions {
  /** What messages call the table. */
  readonly name: string
  readonly delimiter: Delimiter
  /** How many numbers a row becomes: features and target. */
  readonly width: number
}

const newline = 10
const carriageReturn = 13
const quote = 34
const minus = 45
const plus = 43
const point = 46
const zero = 48
const nine = 57

/** What is done with a column. */
const leftOut = 0
const number = 1
const category = 2

/** 10⁰ … 10²², all of them exact. */
const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/** From here on a whole number may have been rounded. */
const inexact = 2 ** 53

/** Whether lines of this kind can be scanned at all: a space may stand for many. */
export function canScan(delimiter: Delimiter, decimal: Decimal): boolean {
  return delimiter !== ' ' && decimal === '.'
}

export class LineScanner {
  readonly #builder: TableBuilder
  readonly #options: ScanOptions
  /** For each column what is done with it, its place in the row, and what reads its texts. */
  readonly #kinds: Uint8Array
  readonly #places: Int32Array
  readonly #texts: readonly (TextCells | undefined)[]
  readonly #row: Float64Array

  constructor(builder: TableBuilder, options: ScanOptions) {
    this.#builder = builder
    this.#options = options
    const readers = builder.readers()
    const places = builder.places()
    this.#places = Int32Array.from(readers, (_, index) => places[index] ?? -1)
    this.#kinds = Uint8Array.from(readers, (reader) =>
      reader ? (reader.isNumber ? number : category) : leftOut,
    )
    this.#texts = readers.map((reader) =>
      reader && !reader.isNumber ? new TextCells(reader) : undefined,
    )
    this.#row = new Float64Array(options.width)
  }

  /**
   * Takes all lines of some bytes, which begin with line `line` and end with \n; gives how many there
   * are, −1 where it has to be done by other means: for quotes, or line ends of old systems.
   * Throws DATA where a cell does not fit.
   */
  scan(bytes: Uint8Array, line: number): number {
    let at = 0
    let lines = 0
    for (; at < bytes.length; lines++) {
      const next = this.#line(bytes, at, line + lines)
      if (next >= 0) at = next
      else {
        const end = bytes.indexOf(newline, at)
        const isTaken = this.#unusual(bytes.subarray(at, end), line + lines)
        if (!isTaken) return -1
        at = end + 1
      }
    }
    return lines
  }

  #unusual(bytes: Uint8Array, line: number): boolean {
    const { name, delimiter } = this.#options
    const isWindows = bytes.at(-1) === carriageReturn
    const cut = isWindows ? bytes.subarray(0, -1) : bytes
    if (cut.includes(quote) || cut.includes(carriageReturn)) return false
    const text = textOfLines(cut, name, line)
    const cells = text.split(delimiter)
    if (cells.length > 1 || text.trim() !== '') this.#builder.add({ cells, line })
    return true
  }

  /** Where the next line begins; −1 where this one is unusual, and was not taken. */
  #line(bytes: Uint8Array, start: number, line: number): number {
    const delimiter = this.#options.delimiter.charCodeAt(0)
    const kinds = this.#kinds
    const last = kinds.length - 1
    const row = this.#row
    let at = start
    for (let column = 0; column <= last; column++) {
      const kind = kinds[column] ?? leftOut
      let code = bytes[at] ?? newline
      if (kind === number) {
        // A whole number that is exact, divided by a power of ten that is exact, is rounded once: as
        // `Number` does. Source: W. D. Clinger, "How to read floating point numbers accurately", 1990.
        const isNegative = code === minus
        if (isNegative || code === plus) code = bytes[++at] ?? newline
        const first = at
        let whole = 0
        let from = -1
        for (;;) {
          if (code >= zero && code <= nine) whole = whole * 10 + (code - zero)
          else if (code === point && from < 0) from = at
          else break
          code = bytes[++at] ?? newline
        }
        const fraction = from < 0 ? 0 : at - from - 1
        const digits = at - first - (from < 0 ? 0 : 1)
        if (digits === 0 || whole >= inexact || fraction > 22) return -1
        const size = fraction > 0 ? whole / (powers[fraction] ?? 1) : whole
        row[this.#places[column] ?? 0] = isNegative ? -size : size
      } else {
        const first = at
        while (code !== delimiter && code !== newline && code !== carriageReturn) {
          if (code === quote) return -1
          code = bytes[++at] ?? newline
        }
        if (kind === category) {
          const texts = this.#texts[column] as TextCells // it is a column of texts
          const text = texts.read(bytes, { first, end: at, line })
          if (text === noText) return -1
          row[this.#places[column] ?? 0] = text
        }
      }
      if (column === last && code === carriageReturn) code = bytes[++at] ?? 0
      if (code !== (column === last ? newline : delimiter)) return -1
      at++
    }
    return this.#builder.push(row) ? at : -1
  }
}

interface CellSpan {
  readonly first: number
  readonly end: number
  readonly line: number
}

/** In place of a code, for bytes that are no text. */
const noText = -2

/** How many texts of a column are remembered. */
const mostTexts = 4096

/** The codes of texts, found by their bytes: each is made a string once. */
class TextCells {
  readonly #reader: CellReader
  readonly #known = new Map<number, { readonly bytes: Uint8Array; readonly code: number }>()

  constructor(reader: CellReader) {
    this.#reader = reader
  }

  read(bytes: Uint8Array, { first, end, line }: CellSpan): number {
    let hash = end - first
    for (let at = first; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
    const known = this.#known.get(hash)
    if (known && isSame(known.bytes, bytes, first, end)) return known.code
    const cell = bytes.slice(first, end)
    const text = decoded(cell)
    if (text === undefined) return noText
    const code = this.#reader.readCell(text, line)
    if (this.#known.size < mostTexts) this.#known.set(hash, { bytes: cell, code })
    return code
  }
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, first: number, end: number): boolean {
  if (known.length !== end - first) return false
  for (let k = 0; k < known.length; k++) if (known[k] !== bytes[first + k]) return false
  return true
}
