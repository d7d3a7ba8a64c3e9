/** How a table is written, found in its first rows: delimiter, header, decimal mark. */
import { SluiceError } from '../errors.ts'
import { type Decimal, isMissing, readNumber } from './cell.ts'
import { type Delimiter, type ParserClass, type Row, sampleRows } from './csv-rows.ts'

export interface LayoutOptions {
  /** Whether the first line names the columns. Default: found. */
  readonly header?: boolean
  /** What stands between cells; a space means runs of spaces and tabs. Default: found. */
  readonly delimiter?: Delimiter
  /** What stands before the fraction of a number. Default: found. */
  readonly decimal?: Decimal
}

export interface Layout {
  /** One for each column; 1, 2, … where the table has no header, and '' where it leaves one out. */
  readonly names: readonly string[]
  readonly hasHeader: boolean
  readonly decimal: Decimal
  /** Where the examples begin, among the rows. */
  readonly firstRow: number
  /** The table says so itself: what its class indices mean. */
  readonly classNames?: readonly string[]
}

const delimiters: readonly Delimiter[] = [',', ';', '\t', '|', ' ']

/**
 * The delimiter that parts the beginning of a text into the most even rows of the cleanest cells.
 * A text of one column has none: a comma will do.
 */
export function findDelimiter(text: string, isWhole: boolean, Parser: ParserClass): Delimiter {
  let best: Delimiter = ','
  let bestScore = 0
  for (const delimiter of delimiters) {
    const rows = sampleRows(text, { delimiter, isLast: isWhole }, Parser) ?? []
    const score = evenness(rows) * cleanness(rows)
    if (score <= bestScore) continue
    best = delimiter
    bestScore = score
  }
  return best
}

/** The share of rows that have as many cells as most; 0 where most have one. */
function evenness(rows: readonly Row[]): number {
  const counts = new Map<number, number>()
  for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1)
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a)
  return most && most[0] > 1 ? most[1] / rows.length : 0
}

/** The share of cells that hold no other delimiter, but perhaps as the decimal mark of a number. */
function cleanness(rows: readonly Row[]): number {
  let clean = 0
  let count = 0
  for (const { cells } of rows) {
    for (const cell of cells) {
      count++
      if (!/[,;\t|]/.test(cell) || !Number.isNaN(readNumber(cell, ','))) clean++
    }
  }
  return count === 0 ? 0 : clean / count
}

/** The layout of a table with these first rows. Throws DATA where its header does not name columns. */
export function findLayout(
  rows: readonly Row[],
  options: LayoutOptions & { readonly name: string; readonly delimiter: Delimiter },
): Layout {
  const decimal = options.decimal ?? findDecimal(rows, options.delimiter)
  const [first, second] = rows
  const unnamed = (width: number) => Array.from({ length: width }, (_, index) => `${index + 1}`)
  if (!first) return { names: [], hasHeader: false, decimal, firstRow: 0 }
  if (options.header !== true && second && isCounts(first, second)) {
    const names = unnamed(second.cells.length)
    return { names, hasHeader: false, decimal, firstRow: 1, classNames: first.cells.slice(2) }
  }
  const hasHeader = options.header ?? looksLikeHeader(rows, decimal)
  if (!hasHeader) return { names: unnamed(first.cells.length), hasHeader, decimal, firstRow: 0 }
  const names = first.cells.map((cell) => cell.trim())
  checkNames(options.name, names)
  return { names, hasHeader, decimal, firstRow: 1 }
}

/**
 * Where numbers have commas and none has a point. A comma before just three digits may part
 * thousands, so one such number alone proves nothing.
 */
function findDecimal(rows: readonly Row[], delimiter: Delimiter): Decimal {
  if (delimiter === ',') return '.'
  let hasComma = false
  for (const { cells } of rows) {
    for (const cell of cells) {
      if (/^\s*[+-]?\d*\.\d+\s*$/.test(cell)) return '.'
      hasComma ||= /^\s*[+-]?\d*,(\d{1,2}|\d{4,})\s*$/.test(cell)
    }
  }
  return hasComma ? ',' : '.'
}

/** scikit-learn's own tables begin with the counts of examples and features, and the classes. */
function isCounts(first: Row, second: Row): boolean {
  const [examples = '', features = ''] = first.cells
  const isCount = /^\d+$/.test(examples) && /^\d+$/.test(features)
  const width = second.cells.length
  return isCount && first.cells.length !== width && Number(features) === width - 1
}

/** A row of texts over columns of numbers, or of distinct texts that their columns never repeat. */
function looksLikeHeader([first, ...others]: readonly Row[], decimal: Decimal): boolean {
  if (!first) return false
  const isNumber = (cell: string) => !Number.isNaN(readNumber(cell, decimal))
  const names = first.cells.filter((cell) => cell.trim() !== '')
  if (names.length === 0 || first.cells.some((cell) => isNumber(cell))) return false
  if (others.some(({ cells }) => cells.some((cell) => isNumber(cell))))
    return !names.some(isMissing)
  const repeats = others.some(({ cells }) => cells.some((cell, at) => cell === first.cells[at]))
  return !repeats && new Set(names).size === names.length
}

function checkNames(table: string, names: readonly string[]): void {
  const again = names.find((name, index) => name !== '' && names.indexOf(name) !== index)
  if (again === undefined) return
  throw new SluiceError({
    code: 'DATA',
    what: `${table}: two columns are called "${again}"`,
    where: 'the header, line 1',
    expected: 'a name of its own for each column',
    got: names.join(', '),
    fix: 'rename one of them, or pass { header: false } where the first line is an example',
  })
}
