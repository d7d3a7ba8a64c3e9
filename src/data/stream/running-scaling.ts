/** Means and deviations of columns whose rows are seen once, block by block. */
import { type ColumnScale, checkedScale, type Scaling } from '../scaling.ts'

/**
 * Each block is measured around its own mean, in two passes, and joined to what came before; so that a
 * small spread of large numbers is not lost, as it would be in sums of squares.
 *
 * Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample
 * variances", 1979.
 */
export class RunningScaling {
  readonly #counts: Float64Array
  readonly #means: Float64Array
  readonly #squares: Float64Array
  readonly #least: Float64Array
  readonly #greatest: Float64Array

  constructor(columns: number) {
    this.#counts = new Float64Array(columns)
    this.#means = new Float64Array(columns)
    this.#squares = new Float64Array(columns)
    this.#least = new Float64Array(columns).fill(Number.POSITIVE_INFINITY)
    this.#greatest = new Float64Array(columns).fill(Number.NEGATIVE_INFINITY)
  }

  /** Takes those rows of [rows, columns]; NaN is left out. */
  add(values: Float64Array, rows: Uint32Array): void {
    for (let column = 0; column < this.#counts.length; column++) this.#join(values, rows, column)
  }

  /** What was found of a column; undefined where it had no number. */
  column(column: number): ColumnScale | undefined {
    const count = this.#counts[column] ?? 0
    if (count === 0) return undefined
    const least = this.#least[column] ?? 0
    if (least === this.#greatest[column]) return { mean: least, scale: 1 }
    const squares = this.#squares[column] ?? 0
    return { mean: this.#means[column] ?? 0, scale: Math.sqrt(squares / count) }
  }

  /** The sum of the squared distances from the mean. */
  spread(column: number): number {
    return this.#least[column] === this.#greatest[column] ? 0 : (this.#squares[column] ?? 0)
  }

  /** Of all columns. Throws DATA, with a name of `names`, as `standardScaling`. */
  scaling(names: readonly string[]): Scaling {
    const found = names.map((name, column) => checkedScale(name, this.column(column)))
    return { mean: found.map(({ mean }) => mean), scale: found.map(({ scale }) => scale) }
  }

  #join(values: Float64Array, rows: Uint32Array, column: number): void {
    const columns = this.#counts.length
    let count = 0
    let sum = 0
    let least = this.#least[column] ?? 0
    let greatest = this.#greatest[column] ?? 0
    for (const row of rows) {
      const number = values[row * columns + column] ?? 0
      if (Number.isNaN(number)) continue
      count++
      sum += number
      if (number < least) least = number
      if (number > greatest) greatest = number
    }
    if (count === 0) return
    const mean = sum / count
    let squares = 0
    for (const row of rows) {
      const distance = (values[row * columns + column] ?? 0) - mean
      if (!Number.isNaN(distance)) squares += distance * distance
    }
    const before = this.#counts[column] ?? 0
    const together = before + count
    const gap = mean - (this.#means[column] ?? 0)
    this.#counts[column] = together
    this.#means[column] = (this.#means[column] ?? 0) + gap * (count / together)
    this.#squares[column] =
      (this.#squares[column] ?? 0) + squares + gap * gap * ((before * count) / together)
    this.#least[column] = least
    this.#greatest[column] = greatest
  }
}
