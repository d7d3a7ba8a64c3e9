/** Reads a table: finds its layout in its beginning, plans its columns, and takes row after row. */
import { SluiceError } from '../errors.ts'
import { bytesOfBlob, openBytes, type ReadProgress } from './csv-bytes.ts'
import { findDelimiter, findLayout, type Layout, type LayoutOptions } from './csv-layout.ts'
import { type Delimiter, loadParser, type ParserClass, type Row, rowsOf } from './csv-rows.ts'
import { type TextSource, textOf, wholeText } from './csv-text.ts'
import { type BuiltTable, TableBuilder, type TablePlan } from './table-builder.ts'

export interface TableOptions extends LayoutOptions {
  /** Called as the file is read; of a text that is there already, never. */
  readonly onProgress?: (progress: ReadProgress) => void
}

/** Where a table comes from: a file, or text. */
export type TableSource =
  | { readonly path: string | URL }
  | { readonly text: string; readonly name: string }
  | { readonly blob: Blob; readonly name: string }

/** Decides what the columns are, from the first rows. */
export type Planner = (table: string, layout: Layout, sample: readonly Row[]) => TablePlan

export interface ReadTable extends BuiltTable {
  readonly plan: TablePlan
  readonly layout: Layout
}

/** So much text shows how cells are parted, and so many rows what the columns hold. */
const sampleLength = 2 ** 16
const sampleSize = 1000

/** The table, its columns planned by `planner`. Throws DATA where it cannot be read. */
export async function readTable(
  from: TableSource,
  options: TableOptions,
  planner: Planner,
): Promise<ReadTable> {
  let share = 1
  const onProgress = (progress: ReadProgress) => {
    if (progress.totalBytes) share = progress.bytesRead / progress.totalBytes
    options.onProgress?.(progress)
  }
  const { name, layout, sample, batches } = await openTable(from, options, {
    onProgress,
    onPart: (given) => {
      share = given
    },
  })
  try {
    const plan = planner(name, layout, sample.slice(layout.firstRow))
    const built = await takeRows(sample, batches, { plan, layout, share })
    if (built.length === 0) throw noRows(name, layout, plan)
    return { ...built, plan, layout }
  } finally {
    await batches.return(undefined) // an error closes the file, too
  }
}

/** What the beginning of a table says of its layout. Throws DATA where it cannot be read. */
export async function readLayout(from: TableSource, options: TableOptions): Promise<Layout> {
  return (await readBeginning(from, options)).layout
}

/** The first rows of a table, and how it is written. */
export interface Beginning {
  /** What messages call the table. */
  readonly name: string
  readonly layout: Layout
  readonly delimiter: Delimiter
  /** The examples among the first rows. */
  readonly sample: readonly Row[]
}

/** What the beginning of a table says. Throws DATA where it cannot be read. */
export async function readBeginning(from: TableSource, options: TableOptions): Promise<Beginning> {
  const onPart = () => undefined
  const table = await openTable(from, options, { onProgress: onPart, onPart })
  await table.batches.return(undefined)
  const { name, layout, delimiter, sample } = table
  return { name, layout, delimiter, sample: sample.slice(layout.firstRow) }
}

interface OpenTable {
  readonly name: string
  readonly layout: Layout
  readonly delimiter: Delimiter
  readonly sample: Row[]
  readonly batches: AsyncGenerator<readonly Row[]>
}

interface Listeners {
  readonly onProgress: (progress: ReadProgress) => void
  readonly onPart: (share: number) => void
}

/** A table whose first rows are read; who calls closes `batches`. */
async function openTable(
  from: TableSource,
  options: TableOptions,
  { onProgress, onPart }: Listeners,
): Promise<OpenTable> {
  const text =
    'text' in from
      ? wholeText(from.name, from.text, onPart)
      : textOf('path' in from ? await openBytes(from.path, onProgress) : bytesOfBlob(from))
  const Parser = await loadParser()
  const { delimiter, source } = await beginning(text, options, Parser)
  const batches = rowsOf(source, delimiter, Parser)
  try {
    const sample = await firstRows(batches)
    const layout = findLayout(sample, { ...options, name: text.name, delimiter })
    return { name: text.name, layout, delimiter, sample, batches }
  } catch (error) {
    await batches.return(undefined)
    throw error
  }
}

/** `share`: how much of the table the sample is, about. */
async function takeRows(
  sample: Row[],
  batches: AsyncGenerator<readonly Row[]>,
  { plan, layout, share }: Pick<ReadTable, 'plan' | 'layout'> & { readonly share: number },
): Promise<BuiltTable> {
  const builder = new TableBuilder(plan, sample.length / share)
  for (const row of sample.slice(layout.firstRow)) builder.add(row)
  sample.length = 0 // these rows are read: their text can go
  for await (const rows of batches) for (const row of rows) builder.add(row)
  return builder.finish()
}

/** The delimiter, and the source with all its text still to come. */
async function beginning(
  { chunks, ...facts }: TextSource,
  { delimiter }: LayoutOptions,
  Parser: ParserClass,
): Promise<{ readonly delimiter: NonNullable<typeof delimiter>; readonly source: TextSource }> {
  const iterator = chunks[Symbol.asyncIterator]()
  let text = ''
  let isWhole = false
  while (text.length < sampleLength && !isWhole) {
    const turn = await iterator.next()
    if (turn.done) isWhole = true
    else text += turn.value
  }
  const all = async function* (): AsyncGenerator<string> {
    try {
      yield text
      for (;;) {
        const turn = await iterator.next()
        if (turn.done) return
        yield turn.value
      }
    } finally {
      await iterator.return?.()
    }
  }
  const found = delimiter ?? findDelimiter(text.slice(0, sampleLength), isWhole, Parser)
  return { delimiter: found, source: { ...facts, chunks: all() } }
}

async function firstRows(batches: AsyncGenerator<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = []
  while (rows.length < sampleSize) {
    const { done, value } = await batches.next()
    if (done) break
    for (const row of value) rows.push(row)
  }
  return rows
}

function noRows(table: string, layout: Layout, { missing }: TablePlan): SluiceError {
  const isDropped = missing === 'drop'
  return new SluiceError({
    code: 'DATA',
    what: `${table}: there is no example`,
    expected: 'a line for each example',
    got: isDropped
      ? 'only lines with a missing cell'
      : `only a header: ${layout.names.slice(0, 8).join(', ')}`,
    fix: isDropped
      ? "fill the cells, or choose missing: 'mean'"
      : 'add the examples, or pass { header: false } where the first line is one',
  })
}
