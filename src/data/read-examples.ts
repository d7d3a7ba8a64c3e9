/** Tables to predict: read as the table that a model was trained on. */
import type { Tensor } from '../ir/tensor.ts'
import { noSuchColumn } from './cell-errors.ts'
import type { Layout } from './csv-layout.ts'
import { type ReadTable, readTable, type TableOptions, type TableSource } from './csv-table.ts'
import { type Preparation, prepareInputs } from './preparation.ts'
import { oneHotInputs } from './read-csv.ts'
import type { ColumnPlan, TablePlan } from './table-builder.ts'

/** Examples as a network is to see them. */
export interface Examples {
  readonly length: number
  /** f32[examples, inputs], scaled. */
  readonly inputs: Tensor
  /**
   * What the table says itself, where it has the target column and all of its cells are known:
   * class indices i32[examples], or numbers f64[examples, 1] in the units of the data.
   */
  readonly targets?: Tensor
  /** The cells of the columns to keep, a list for each of them. */
  readonly kept: readonly (readonly string[])[]
}

export interface ExamplesOptions extends TableOptions {
  /** Columns whose cells are given as they are written, such as an id. */
  readonly keep?: readonly string[]
}

/**
 * The examples of a table, prepared as the training part was. Columns are found by their names, and
 * those that were not there in training are passed over. A table without a header must have the
 * columns of the training table, with the target or without.
 *
 * Throws: DATA, naming line and column, as `readCsv`; where a column is missing; where a category
 * was not there in training.
 *
 * @example
 * const { inputs } = await readExamples('new.csv', preparation)
 * const predictions = await program.run({ x: inputs }).prediction
 */
export async function readExamples(
  path: string | URL,
  preparation: Preparation,
  options: ExamplesOptions = {},
): Promise<Examples> {
  return read({ path }, preparation, options)
}

/** As `readExamples`, of a text that is there already; `name` is what messages call it. */
export async function parseExamples(
  text: string,
  preparation: Preparation,
  options: ExamplesOptions & { readonly name?: string } = {},
): Promise<Examples> {
  return read({ text, name: options.name ?? 'table' }, preparation, options)
}

async function read(
  source: TableSource,
  preparation: Preparation,
  options: ExamplesOptions,
): Promise<Examples> {
  // Whether there is a header is known from the training table, not to be guessed once more.
  const { hasHeader, features } = preparation.columns
  const table = await readTable(source, { header: hasHeader, ...options }, (name, layout) =>
    planFor(name, layout, { preparation, keep: options.keep ?? [] }),
  )
  const { length, values, texts, plan, kept } = table
  const inputs = oneHotInputs(features, { values, texts, length })
  const raw: Tensor = { shape: [length, inputs.length / length], dtype: 'f64', data: inputs }
  const targets = plan.target && targetsOf(table, preparation)
  return { length, inputs: prepareInputs(raw, preparation), ...(targets && { targets }), kept }
}

function planFor(
  table: string,
  layout: Layout,
  {
    preparation: { columns, target },
    keep,
  }: { readonly preparation: Preparation; readonly keep: readonly string[] },
): TablePlan {
  const { names, hasHeader, decimal } = layout
  const { features, hasMissing } = columns
  // Without names, a table that has as many columns as there are features has no target.
  const isByPlace = !hasHeader && names.length === features.length
  const indexOf = (name: string, place: number): number => {
    const index = isByPlace ? place : names.indexOf(name)
    if (index < 0) throw noSuchColumn(table, name, names)
    return index
  }
  const targetIndex = isByPlace ? -1 : names.indexOf(columns.target)
  const targetPlan: ColumnPlan = {
    index: targetIndex,
    name: columns.target,
    ...(target.kind === 'classes'
      ? { kind: 'category', categories: columns.classValues ?? target.classes }
      : { kind: 'number' }),
  }
  return {
    table,
    names,
    hasHeader,
    decimal,
    features: features.map((column, place) => ({
      ...column,
      index: indexOf(column.name, place),
    })),
    ...(targetIndex >= 0 && { target: targetPlan }),
    missing: hasMissing ? 'mean' : 'error',
    isTargetOptional: true,
    keep: keep.map((name) => {
      const index = names.indexOf(name)
      if (index < 0) throw noSuchColumn(table, name, names)
      return index
    }),
  }
}

function targetsOf({ targets, length }: ReadTable, { target }: Preparation): Tensor | undefined {
  if (targets.some(Number.isNaN)) return undefined
  if (target.kind === 'numbers') return { shape: [length, 1], dtype: 'f64', data: targets }
  return { shape: [length], dtype: 'i32', data: Int32Array.from(targets) }
}
