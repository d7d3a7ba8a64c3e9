/** A large tensor as a picture of few cells: each the number of largest size in its part. */

export interface Heat {
  readonly rows: number
  readonly columns: number
  /** How many rows and columns of the tensor one cell holds. */
  readonly step: { readonly rows: number; readonly columns: number }
  /** Row-major; of each cell the number of the largest size. */
  readonly cells: Float64Array
  /** The largest size of all. */
  readonly largest: number
}

/** At most `most` cells along each side. */
export function heatOf(
  numbers: readonly (readonly number[])[],
  columns: number,
  most: number,
): Heat {
  const step = { rows: Math.ceil(numbers.length / most), columns: Math.ceil(columns / most) }
  const size = {
    rows: Math.ceil(numbers.length / step.rows),
    columns: Math.ceil(columns / step.columns),
  }
  const cells = new Float64Array(size.rows * size.columns)
  let largest = 0
  numbers.forEach((row, index) => {
    const start = Math.floor(index / step.rows) * size.columns
    row.forEach((number, column) => {
      const cell = start + Math.floor(column / step.columns)
      // A cell that is no number stays one: that is what one looks for.
      const held = cells[cell] ?? 0
      if (Number.isNaN(number) || Math.abs(number) > Math.abs(held)) cells[cell] = number
      if (Number.isFinite(number)) largest = Math.max(largest, Math.abs(number))
    })
  })
  return { ...size, step, cells, largest }
}
