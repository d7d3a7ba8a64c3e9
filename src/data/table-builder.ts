/** Rows of text become numbers as they come, in one array that grows: no row is kept. */
import { type Decimal, isMissing, readNumber } from './cell.ts'
import {
  type CellPlace,
  missingCell,
  notANumber,
  notFinite,
  raggedRow,
  tooManyCategories,
  unknownCategory,
} from './cell-errors.ts'
import type { Row } from './csv-rows.ts'

export interface ColumnPlan {
  /** Where it stands in a row. */
  readonly index: number
  readonly name: string
  readonly kind: 'number' | 'category'
  /** What the texts may be; absent where they are yet to be learned. */
  readonly categories?: readonly string[]
}

export interface TablePlan {
  readonly table: string
  /** Of all columns, with those that are left out. */
  readonly names: readonly string[]
  readonly hasHeader: boolean
  readonly decimal: Decimal
  readonly features: readonly ColumnPlan[]
  readonly target?: ColumnPlan
  readonly missing: 'error' | 'drop' | 'mean'
  /** Whether a target that is missing or unknown only leaves out the targets of the whole table. */
  readonly isTargetOptional: boolean
  /** Whether a category that is not among those that are known is none of them, and no error. */
  readonly isNoneAllowed?: boolean
  /** What rows are counted by: lines of a text, unless it says rows. */
  readonly unit?: 'row'
  /** Places of columns whose cells are kept as they are written. */
  readonly keep?: readonly number[]
}

export interface BuiltTable {
  readonly length: number
  /** [length, features]: numbers, and for texts the place in `texts`; NaN where missing. */
  readonly values: Float64Array
  readonly targets: Float64Array
  /** For each feature column the texts it holds, in the order of their codes. */
  readonly texts: readonly (readonly string[])[]
  readonly targetTexts: readonly string[]
  /** For each column to keep, its cells. */
  readonly kept: readonly (readonly string[])[]
}

/** More than this are no categories. */
const mostCategories = 1000

/** The code of a text that is none of the categories. */
const noCategory = -1

export class TableBuilder {
  readonly #plan: TablePlan
  readonly #features: readonly CellReader[]
  readonly #target: CellReader | undefined
  #values: Float64Array
  #targets: Float64Array
  readonly #kept: readonly { readonly index: number; readonly cells: string[] }[]
  #length = 0

  /** `expectedRows`: about how many there will be, so that the array need not grow. */
  constructor(plan: TablePlan, expectedRows: number) {
    const capacity = Math.max(16, Math.ceil(expectedRows * 1.02))
    this.#plan = plan
    this.#features = plan.features.map((column) => new CellReader(column, plan))
    this.#target = plan.target && new CellReader(plan.target, plan)
    this.#values = new Float64Array(capacity * plan.features.length)
    this.#targets = new Float64Array(plan.target ? capacity : 0)
    this.#kept = (plan.keep ?? []).map((index) => ({ index, cells: [] }))
  }

  /** Takes a row. Throws DATA where a cell of it does not fit. */
  add({ cells, line }: Row): void {
    const { names, missing, table, isTargetOptional } = this.#plan
    if (cells.length !== names.length) throw raggedRow(table, line, cells.length, names)
    const width = this.#features.length
    this.#reserve(width)
    let at = this.#length * width
    for (let k = 0; k < width; k++) {
      const reader = this.#features[k] as CellReader // k is inside
      const number = reader.read(cells, line)
      if (Number.isNaN(number)) {
        if (missing === 'drop') return
        if (missing === 'error') throw reader.missing(cells, line, false)
      }
      this.#values[at++] = number
    }
    if (this.#target) {
      const number = this.#target.read(cells, line)
      if (Number.isNaN(number) && !isTargetOptional) {
        if (missing === 'drop') return
        throw this.#target.missing(cells, line, true)
      }
      this.#targets[this.#length] = number
    }
    for (const { index, cells: kept } of this.#kept) kept.push(cells[index] ?? '')
    this.#length++
  }

  /** What reads the cells of a column, by its place in a row; undefined where it is left out. */
  readers(): readonly (CellReader | undefined)[] {
    const found: (CellReader | undefined)[] = this.#plan.names.map(() => undefined)
    for (const reader of this.#features) found[reader.index] = reader
    if (this.#target) found[this.#target.index] = this.#target
    return found
  }

  /** The place of each column among the numbers of a row: the features in their order, then the target. */
  places(): readonly (number | undefined)[] {
    const found: (number | undefined)[] = this.#plan.names.map(() => undefined)
    for (const [place, { index }] of this.#features.entries()) found[index] = place
    if (this.#target) found[this.#target.index] = this.#features.length
    return found
  }

  /**
   * Takes a row of numbers that were read already: the features, then the target. False, and nothing
   * taken, where one is missing and that is for `add` to deal with.
   */
  push(row: Float64Array): boolean {
    const width = this.#features.length
    const mayMiss = this.#plan.missing === 'mean'
    for (let k = 0; k < row.length; k++) {
      if (Number.isNaN(row[k]) && !(mayMiss && k < width)) return false
    }
    this.#reserve(width)
    const at = this.#length * width
    for (let k = 0; k < width; k++) this.#values[at + k] = row[k] ?? 0 // k is inside
    if (this.#target) this.#targets[this.#length] = row[width] ?? 0
    this.#length++
    return true
  }

  /** Forgets the rows, and keeps the codes of their texts. */
  clear(): void {
    this.#length = 0
  }

  /** The numbers that were taken: a view, until the next row is. */
  taken(): Pick<BuiltTable, 'length' | 'values' | 'targets'> {
    const length = this.#length
    const values = this.#values.subarray(0, length * this.#features.length)
    return { length, values, targets: this.#targets.subarray(0, length) }
  }

  finish(): BuiltTable {
    return {
      ...this.taken(),
      texts: this.#features.map((reader) => reader.texts),
      targetTexts: this.#target?.texts ?? [],
      kept: this.#kept.map(({ cells }) => cells),
    }
  }

  #reserve(width: number): void {
    const fits = (this.#length + 1) * width <= this.#values.length
    if (fits && (!this.#target || this.#length < this.#targets.length)) return
    const capacity = Math.ceil((this.#length + 1) * 1.3)
    this.#values = grown(this.#values, capacity * width)
    if (this.#target) this.#targets = grown(this.#targets, capacity)
  }
}

function grown(from: Float64Array, length: number): Float64Array {
  const into = new Float64Array(length)
  into.set(from)
  return into
}

/** Reads cells of one column: a number, or the code of a text; NaN where the cell is missing. */
export class CellReader {
  readonly #column: ColumnPlan
  readonly #plan: TablePlan
  readonly #codes: Map<string, number>
  readonly #isLenient: boolean

  constructor(column: ColumnPlan, plan: TablePlan) {
    this.#column = column
    this.#plan = plan
    this.#codes = new Map(column.categories?.map((text, code) => [text, code]))
    this.#isLenient = column === plan.target && plan.isTargetOptional
  }

  get texts(): readonly string[] {
    return [...this.#codes.keys()]
  }

  get index(): number {
    return this.#column.index
  }

  get isNumber(): boolean {
    return this.#column.kind === 'number'
  }

  read(cells: readonly string[], line: number): number {
    const cell = cells[this.#column.index] ?? '' // rows are as long as the names
    return this.readCell(cell, line)
  }

  readCell(cell: string, line: number): number {
    return this.#column.kind === 'number' ? this.#number(cell, line) : this.#code(cell, line)
  }

  missing(cells: readonly string[], line: number, isTarget: boolean): Error {
    return missingCell(this.#place(line), cells[this.#column.index] ?? '', isTarget)
  }

  #number(cell: string, line: number): number {
    const number = readNumber(cell, this.#plan.decimal)
    if (Number.isFinite(number)) return number
    if (this.#isLenient || (Number.isNaN(number) && isMissing(cell))) return Number.NaN
    throw (Number.isNaN(number) ? notANumber : notFinite)(this.#place(line), cell)
  }

  #code(cell: string, line: number): number {
    const plain = this.#codes.get(cell)
    if (plain !== undefined) return plain
    const text = cell.trim()
    const known = this.#codes.get(text)
    if (known !== undefined) return known
    if (isMissing(cell)) return Number.NaN
    const { categories } = this.#column
    if (categories) {
      // Classes that are whole numbers may be written 1.0.
      const number = String(readNumber(cell, this.#plan.decimal))
      if (this.#isLenient) return this.#codes.get(number) ?? Number.NaN
      if (this.#plan.isNoneAllowed) return noCategory
      throw unknownCategory(this.#place(line), cell, categories)
    }
    const code = this.#codes.size
    if (code >= mostCategories) {
      throw tooManyCategories(this.#place(line), code + 1, mostCategories)
    }
    this.#codes.set(text, code)
    return code
  }

  #place(line: number): CellPlace {
    const { table, hasHeader, unit } = this.#plan
    const { index, name } = this.#column
    const named = hasHeader && { columnName: name }
    return { table, line, column: index, ...named, ...(unit && { unit }) }
  }
}
