import { SluiceError } from '../../errors.ts'
import { type CsvOptions, planColumns } from '../read-csv.ts'
import type { TablePlan } from '../table-builder.ts'
import { refOf, type StreamSource } from './byte-file.ts'
import { openParquetFile, type ParquetColumn } from './parquet-source.ts'
import { openSource, type ParquetSpec } from './raw-block.ts'
import { type Streamed, type StreamOptions, streamParts, usualBlockBytes } from './streamed.ts'

/** As those of a table as text, but for how text is parted. */
export type ParquetOptions = Omit<CsvOptions, 'header' | 'delimiter' | 'decimal'> & StreamOptions

/**
 * The table of a Parquet file, as streams that `fit` trains on; see `streamCsv`. Numbers and booleans are
 * numbers, texts categories; rows are read some at a time, and of each row group only the columns that
 * are used.
 *
 * Throws: FILE where the file cannot be read; DATA where it is no Parquet file, is compressed in a way
 * that is not known, where a column that is used is nested or a date, and as `streamCsv`.
 *
 * @example
 * const { train, heldOut } = await streamParquet('trips.parquet', { target: 'fare', heldOut: 0.01 })
 */
export async function streamParquet(
  from: StreamSource,
  options: ParquetOptions = {},
): Promise<Streamed> {
  const { blockBytes = usualBlockBytes } = options
  const ref = await refOf(from)
  const { file, columns } = await openParquetFile({ file: ref })
  await file.close()
  const plan = planFor(file.name, columns, options)
  const specFor = (given: TablePlan): ParquetSpec => ({
    ...{ format: 'parquet', file: ref, plan: given, blockBytes },
  })
  const source = await openSource(specFor(plan))
  return streamParts({ source, specFor, plan }, options)
}

/** The kinds of columns stand in the file: a row that looks like them says so to the plan. */
function planFor(
  table: string,
  columns: readonly ParquetColumn[],
  options: ParquetOptions,
): TablePlan {
  const names = columns.map(({ name }) => name)
  const layout = { names, hasHeader: true, decimal: '.', firstRow: 0 } as const
  const cells = columns.map(({ kind }) => (kind === 'number' ? '0' : 'text'))
  const plan = planColumns(table, layout, [{ cells, line: 1 }], options)
  for (const { index } of plan.target ? [...plan.features, plan.target] : plan.features) {
    const column = columns[index]
    if (column?.kind === 'nested' || column?.kind === 'other') throw notPlain(table, column)
  }
  return { ...plan, unit: 'row' }
}

function notPlain(table: string, { name, kind, type }: ParquetColumn): SluiceError {
  const isNested = kind === 'nested'
  return new SluiceError({
    code: 'DATA',
    what: `${table}: a column is ${isNested ? 'nested' : 'neither numbers nor texts'}`,
    where: `column "${name}"`,
    expected: 'numbers, booleans or texts, one in each row',
    got: isNested ? `a ${type} of several values` : type,
    fix: `ignore the column, or write ${isNested ? 'its values as columns of their own' : 'it as a number'}`,
  })
}
