/** From text to rows of cells, with the line of each; Papa Parse knows the quotes. */
import { SluiceError } from '../errors.ts'
import type { TextSource } from './csv-text.ts'

/** What stands between cells; a space means runs of spaces and tabs. */
export type Delimiter = ',' | ';' | '\t' | '|' | ' '

export interface Row {
  readonly cells: readonly string[]
  /** Counted from 1, as an editor does: the line that the row begins on. */
  readonly line: number
}

/** `Papa.Parser`, as far as it is used: declarations of this package need no other's. */
export type ParserClass = new (config: {
  readonly delimiter: string
  readonly newline: '\n'
}) => { parse(text: string, start: number, leaveLastRow: boolean): PapaResult }

/** Loaded with the first table, so that bundles without tables do not hold it. */
export async function loadParser(): Promise<ParserClass> {
  const { default: papa } = await import('papaparse')
  return papa.Parser
}

/** No row of a table is as long as this: most often a quote was not closed. */
export const longestRow: number = 2 ** 20

/** The rows of a text in batches, without those that are blank. Throws DATA where a quote is bad. */
export async function* rowsOf(
  { name, chunks }: TextSource,
  delimiter: Delimiter,
  Parser: ParserClass,
): AsyncGenerator<readonly Row[]> {
  let rest = ''
  let line = 1
  const take = (isLast: boolean): Row[] => {
    const { rows, used, nextLine } = parseRows(rest, { delimiter, isLast, line, name }, Parser)
    rest = rest.slice(used)
    line = nextLine
    return rows
  }
  for await (const chunk of chunks) {
    rest += chunk
    const rows = take(false)
    if (rest.length > longestRow) throw (rest.includes('"') ? openQuote : longRow)(name, line)
    if (rows.length > 0) yield rows
  }
  const rows = take(true)
  if (rows.length > 0) yield rows
}

/**
 * The rows of a text that begins with line `line`, and how many of its characters they took: the last
 * row may go on unless the text `isLast`. Throws DATA where a quote is bad.
 */
export function parseRows(
  text: string,
  { delimiter, isLast, line: firstLine, name }: ParseOptions,
  Parser: ParserClass,
): Parsed {
  const isSpaced = delimiter === ' '
  const parser = new Parser({ delimiter, newline: '\n' })
  const { data, errors, meta } = parser.parse(
    isSpaced ? text.replaceAll('\t', ' ') : text,
    0,
    !isLast,
  )
  const mayHoldLines = text.includes('"')
  const badRow = errors.find(({ row }) => row < data.length)
  const rows: Row[] = []
  let line = firstLine
  for (let index = 0; index < data.length; index++) {
    const found = data[index] ?? [] // index is inside
    if (badRow?.row === index) throw badQuote(name, line, badRow.code)
    const cells = isSpaced ? found.filter((cell) => cell !== '') : found
    if (cells.length > 1 || (cells[0] ?? '').trim() !== '') rows.push({ cells, line })
    line += 1 + (mayHoldLines ? newlinesInside(found) : 0)
  }
  return { rows, used: isLast ? text.length : meta.cursor, nextLine: line }
}

/** The first rows of a text, as one delimiter parts them; undefined where its quotes do not fit. */
export function sampleRows(
  text: string,
  options: { readonly delimiter: Delimiter; readonly isLast: boolean },
  Parser: ParserClass,
): readonly Row[] | undefined {
  try {
    return parseRows(text, { ...options, line: 1, name: '' }, Parser).rows
  } catch {
    return undefined
  }
}

interface ParseOptions {
  readonly delimiter: Delimiter
  /** Whether the text ends here; else its last row may go on. */
  readonly isLast: boolean
  readonly line: number
  readonly name: string
}

interface Parsed {
  readonly rows: Row[]
  /** How many characters the rows took. */
  readonly used: number
  readonly nextLine: number
}

interface PapaResult {
  readonly data: readonly (readonly string[])[]
  readonly errors: readonly { readonly row: number; readonly code: string }[]
  readonly meta: { readonly cursor: number }
}

function newlinesInside(cells: readonly string[]): number {
  let count = 0
  for (const cell of cells) if (cell.includes('\n')) count += cell.split('\n').length - 1
  return count
}

function badQuote(name: string, line: number, code: string): SluiceError {
  if (code === 'MissingQuotes') return openQuote(name, line)
  return new SluiceError({
    code: 'DATA',
    what: `${name}: a quote stands in the middle of a cell`,
    where: `line ${line}`,
    expected: 'quotes around a whole cell, and "" for a quote inside',
    got: 'text after a closing quote',
    fix: 'double the quotes inside the cell, or take them out',
  })
}

/** The error of a quote that is open to the end. */
export function openQuote(name: string, line: number): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${name}: a quote is not closed`,
    where: `the row that begins on line ${line}`,
    expected: 'a second " at the end of the cell',
    got: 'none to the end of the text',
    fix: 'close the quote, or take it out',
  })
}

/** The error of a line without an end. */
export function longRow(name: string, line: number): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${name}: a line is too long`,
    where: `line ${line}`,
    expected: `at most ${longestRow} characters`,
    got: 'more, and no end of the line',
    fix: 'check that the file is a table, with a line for each example',
  })
}
