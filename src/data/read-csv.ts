/** Tables of one's own as datasets. */
import { SluiceError } from '../errors.ts'
import { isMissing, readNumber } from './cell.ts'
import { type CellPlace, listed, noSuchColumn, tooManyCategories } from './cell-errors.ts'
import { type FeatureColumn, inputCount, inputNames, type TableColumns } from './columns.ts'
import type { Layout } from './csv-layout.ts'
import type { Row } from './csv-rows.ts'
import { type ReadTable, readTable, type TableOptions, type TableSource } from './csv-table.ts'
import { readClasses, type TargetOptions } from './csv-target.ts'
import { createDataset, type Dataset } from './dataset.ts'
import type { ColumnPlan, TablePlan } from './table-builder.ts'

export interface CsvOptions extends TableOptions, TargetOptions {
  /**
   * The column to predict, by name or by place, from 0, or from −1 at the end. The columns of a
   * table without a header are called 1, 2, …. Default: the last that has a name.
   */
  readonly target?: string | number
  /** Columns to leave out; those that a header gives no name always are. */
  readonly ignore?: readonly (string | number)[]
  /** Columns whose numbers are categories. Columns of texts are so by themselves. */
  readonly categorical?: readonly (string | number)[]
  /**
   * What to do where a cell is empty or says NA, NaN, null or ?: refuse it; drop its row; or leave
   * NaN, for `fitPreparation` to fill with the mean of the training part (of categories: none of
   * them). A missing target is never filled. Default 'error'.
   */
  readonly missing?: 'error' | 'drop' | 'mean'
}

/**
 * The table of a file as a dataset. Delimiter, header, decimal mark and the kind of each column are
 * found, unless options say them; the file may be gzipped, in UTF-8 with or without a byte order
 * mark. It is read in parts, and never held as text.
 *
 * A column of texts becomes one input of 0 or 1 for each of its categories (one-hot); the target
 * becomes class indices, or numbers for a regression.
 *
 * Shapes: inputs f64[examples, inputs], as the file says: `prepare` makes f32 of them; targets
 * i32[examples], or f64[examples, 1] for a regression.
 * Throws: FILE where the file cannot be read; DATA, naming line and column, where it is empty or no
 * text in UTF-8, where rows or cells do not fit, where a column does not exist, where there is only
 * one class.
 *
 * @example
 * const wine = await readCsv('wine.csv', { target: 'class' })
 * const { train, heldOut } = split(wine, { heldOut: 0.2, stratified: true })
 */
export async function readCsv(path: string | URL, options: CsvOptions = {}): Promise<Dataset> {
  return read({ path }, options)
}

/** As `readCsv`, of a text that is there already; `name` is what messages call it. */
export async function parseCsv(
  text: string,
  options: CsvOptions & { readonly name?: string } = {},
): Promise<Dataset> {
  return read({ text, name: options.name ?? 'table' }, options)
}

async function read(source: TableSource, options: CsvOptions): Promise<Dataset> {
  const table = await readTable(source, options, (name, layout, sample) =>
    planColumns(name, layout, sample, options),
  )
  const { plan, layout, length } = table
  const { features, inputs } = expand(table)
  const target = plan.target?.name ?? '' // there is one
  const { values, ...targetFacts } = readClasses(plan.table, table, {
    ...options,
    ...(layout.classNames && { classNames: options.classNames ?? layout.classNames }),
    isNumeric: plan.target?.kind === 'number',
    column: target,
  })
  const columns: TableColumns = {
    features,
    target,
    ...(values && { classValues: values }),
    hasHeader: plan.hasHeader,
    hasMissing: plan.missing === 'mean',
  }
  return createDataset({
    name: plan.table,
    inputs: { shape: [length, inputs.length / length], dtype: 'f64', data: inputs },
    featureNames: inputNames(features),
    columns,
    ...targetFacts,
  })
}

/** What the columns of a table are, by its first rows. Throws DATA where it has none of that name. */
export function planColumns(
  table: string,
  layout: Layout,
  sample: readonly Row[],
  options: CsvOptions,
): TablePlan {
  const { names, hasHeader, decimal } = layout
  const { ignore = [], categorical = [], missing = 'error', task } = options
  // A delimiter at the end of every line makes a column without a name, and without a cell.
  const { target = names.findLastIndex((name) => name !== '') } = options
  const place = (column: string | number) => placeOf(table, column, names)
  const ignored = new Set(ignore.map(place))
  const declared = new Set(categorical.map(place))
  const targetIndex = place(target)
  const plan = (index: number, isText: boolean): ColumnPlan => ({
    index,
    name: names[index] || `${index + 1}`,
    kind: isText ? 'category' : 'number',
  })
  const looksText = (index: number) => isMostlyText(sample, index, decimal)
  const features = names.flatMap((name, index) => {
    const isLeftOut = name === '' || ignored.has(index) || index === targetIndex
    return isLeftOut ? [] : [plan(index, declared.has(index) || looksText(index))]
  })
  if (features.length === 0) throw noFeatures(table, names)
  const isTextTarget =
    task !== 'regression' && (declared.has(targetIndex) || looksText(targetIndex))
  return {
    table,
    names,
    hasHeader,
    decimal,
    features,
    target: plan(targetIndex, isTextTarget),
    missing,
    isTargetOptional: false,
  }
}

function placeOf(table: string, column: string | number, names: readonly string[]): number {
  const fromStart = typeof column === 'number' && column < 0 ? names.length + column : column
  const index = typeof fromStart === 'number' ? fromStart : names.indexOf(fromStart)
  if (index in names) return index
  throw noSuchColumn(table, column, names)
}

/** One typing error makes no text of a column of numbers: that cell is told to be none. */
function isMostlyText(
  sample: readonly Row[],
  index: number,
  decimal: TablePlan['decimal'],
): boolean {
  let texts = 0
  let numbers = 0
  for (const { cells } of sample) {
    const cell = cells[index] ?? ''
    if (!Number.isNaN(readNumber(cell, decimal))) numbers++
    else if (!isMissing(cell)) texts++
  }
  return texts > numbers
}

/** Codes of texts become inputs of 0 and 1, their categories in alphabetical order. */
function expand({ plan, values, texts, length }: ReadTable): {
  readonly features: readonly FeatureColumn[]
  readonly inputs: Float64Array
} {
  const features = plan.features.map(({ name, kind, index }, k): FeatureColumn => {
    if (kind === 'number') return { name, kind }
    const codes = new Set<number>()
    for (let at = k; at < values.length; at += plan.features.length) codes.add(values[at] ?? 0)
    // Rows that were dropped may have held more.
    const categories = (texts[k] ?? []).filter((_, code) => codes.has(code))
    checkCategories(
      { table: plan.table, line: 0, column: index, columnName: name },
      categories,
      length,
    )
    return { name, kind, categories: categories.toSorted() }
  })
  return { features, inputs: oneHotInputs(features, { values, texts, length }) }
}

/** Texts that hardly repeat are no categories. Throws DATA. */
export function checkCategories(
  place: CellPlace,
  categories: readonly string[],
  length: number,
): void {
  const limit = Math.max(20, Math.floor(length / 2))
  if (categories.length > limit) throw tooManyCategories(place, categories.length, limit)
}

/** [length, inputs] from the numbers and codes of [length, features]. */
export function oneHotInputs(
  features: readonly FeatureColumn[],
  { values, texts, length }: Pick<ReadTable, 'values' | 'texts' | 'length'>,
): Float64Array {
  if (features.every(({ kind }) => kind === 'number')) return values
  const width = features.reduce((sum, column) => sum + inputCount(column), 0)
  const inputs = new Float64Array(length * width)
  let start = 0
  features.forEach((column, k) => {
    const places =
      column.kind === 'category' && texts[k]?.map((text) => column.categories.indexOf(text))
    for (let row = 0; row < length; row++) {
      const value = values[row * features.length + k] ?? 0 // inside
      const at = row * width + start
      if (!places) inputs[at] = value
      else if (!Number.isNaN(value)) inputs[at + (places[value] ?? 0)] = 1 // every code has a place
    }
    start += inputCount(column)
  })
  return inputs
}

function noFeatures(table: string, names: readonly string[]): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${table}: there is no column to learn from`,
    expected: 'columns of numbers or categories beside the target',
    got: names.length === 1 ? `one column, ${names[0] || 'without a name'}` : listed(names),
    fix: 'add columns, or name the delimiter where cells were not parted',
  })
}
