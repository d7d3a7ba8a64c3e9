/** Moving each input to a mean of 0 and a standard deviation of 1, or as far as is asked for. */
import { SluiceError } from '../errors.ts'
import { numberAt, type Tensor } from '../ir/tensor.ts'

/** (x − mean) / scale, for each input or output. */
export interface Scaling {
  readonly mean: readonly number[]
  readonly scale: readonly number[]
}

/**
 * Mean and standard deviation of each column of [rows, columns], in f64; NaN is left out. A column
 * that never changes has the scale 1, so that it becomes 0.
 *
 * Throws: DATA, with a name of `names`, where a column holds no number at all, or numbers whose
 * squares f64 does not hold.
 * Source: scikit-learn `StandardScaler`, whose deviation is that of a population.
 */
export function standardScaling(source: Tensor, names: readonly string[]): Scaling {
  const columns = names.length
  const rows = columns === 0 ? 0 : source.data.length / columns
  const mean: number[] = []
  const scale: number[] = []
  for (let column = 0; column < columns; column++) {
    const found = checkedScale(names[column] ?? '', columnScale(source, { column, columns, rows }))
    mean.push(found.mean)
    scale.push(found.scale)
  }
  return { mean, scale }
}

/** What was found of a column of that name. Throws DATA as `standardScaling`. */
export function checkedScale(name: string, found: ColumnScale | undefined): ColumnScale {
  if (!found) throw emptyColumn(name)
  if (!(found.scale > 0 && Number.isFinite(found.scale))) throw oddScale(name, found)
  return found
}

export interface ColumnScale {
  readonly mean: number
  readonly scale: number
}

/** The tensor in f32, scaled in f64; `fill` stands for NaN. */
export function scaled(
  source: Tensor,
  { mean, scale }: Scaling,
  fill: readonly number[] = [],
): Tensor {
  const columns = mean.length
  const data = new Float32Array(source.data.length)
  for (let at = 0, column = 0; at < data.length; at++) {
    const found = numberAt(source, at)
    const number = Number.isNaN(found) ? (fill[column] ?? found) : found
    data[at] = (number - (mean[column] ?? 0)) / (scale[column] ?? 1) // both are inside
    if (++column === columns) column = 0
  }
  return { shape: source.shape, dtype: 'f32', data }
}

interface Place {
  readonly column: number
  readonly columns: number
  readonly rows: number
}

/** Two passes, the second around the mean: one alone would lose a small spread of large numbers. */
function columnScale(source: Tensor, { column, columns, rows }: Place): ColumnScale | undefined {
  let sum = 0
  let count = 0
  let least = Number.POSITIVE_INFINITY
  let greatest = Number.NEGATIVE_INFINITY
  for (let row = 0; row < rows; row++) {
    const number = numberAt(source, row * columns + column)
    if (Number.isNaN(number)) continue
    sum += number
    count++
    least = Math.min(least, number)
    greatest = Math.max(greatest, number)
  }
  if (count === 0) return undefined
  if (least === greatest) return { mean: least, scale: 1 }
  const mean = sum / count
  let squares = 0
  for (let row = 0; row < rows; row++) {
    const number = numberAt(source, row * columns + column)
    if (!Number.isNaN(number)) squares += (number - mean) ** 2
  }
  return { mean, scale: Math.sqrt(squares / count) }
}

function emptyColumn(name: string): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `fitPreparation: "${name}" has no number in the training part`,
    expected: 'at least one, to fill what is missing with their mean',
    got: 'only missing cells',
    fix: 'ignore the column',
  })
}

function oddScale(name: string, { scale }: { readonly scale: number }): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `fitPreparation: "${name}" has no standard deviation in f64`,
    expected: 'numbers that differ by more than 1e-150 and less than 1e150',
    got: `a deviation of ${scale}`,
    fix: 'give the column in another unit, or ignore it',
  })
}
