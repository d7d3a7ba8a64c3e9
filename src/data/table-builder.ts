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

export class TableBuilder {
  readonly #plan: TablePlan
  readonly #features: readonly Reader[]
  readonly #target: Reader | undefined
  #values: Float64Array
  #targets: Float64Array
  readonly #kept: readonly { readonly index: number; readonly cells: string[] }[]
  #length = 0

  /** `expectedRows`: about how many there will be, so that the array need not grow. */
  constructor(plan: TablePlan, expectedRows: number) {
    const capacity = Math.max(16, Math.ceil(expectedRows * 1.02))
    this.#plan = plan
    this.#features = plan.features.map((column) => new Reader(column, plan))
    this.#target = plan.target && new Reader(plan.target, plan)
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
      const reader = this.#features[k] as Reader // k is inside
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

  finish(): BuiltTable {
    const length = this.#length
    return {
      length,
      values: this.#values.subarray(0, length * this.#features.length),
      targets: this.#targets.subarray(0, length),
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

/** Reads one column: a number, or the code of a text; NaN where the cell is missing. */
class Reader {
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

  read(cells: readonly string[], line: number): number {
    const cell = cells[this.#column.index] ?? '' // rows are as long as the names
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
    const text = cell.trim()
    const known = this.#codes.get(text)
    if (known !== undefined) return known
    if (isMissing(cell)) return Number.NaN
    const { categories } = this.#column
    if (categories) {
      // Classes that are whole numbers may be written 1.0.
      const number = String(readNumber(cell, this.#plan.decimal))
      if (this.#isLenient) return this.#codes.get(number) ?? Number.NaN
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
    const { table, hasHeader } = this.#plan
    const { index, name } = this.#column
    return { table, line, column: index, ...(hasHeader && { columnName: name }) }
  }
}
