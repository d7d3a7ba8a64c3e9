/** Tensors as short text: a number, a small grid, or the range of a large one. */
import { formatNumber, numberAt, type Tensor } from '../ir/tensor.ts'
import type { NumberText } from './diagram.ts'

/** What still is a grid that is read at a glance. */
const largest = { rows: 6, columns: 6 } as const

/** A scalar with `digits` significant digits, a small tensor as rows of cells, else its range. */
export function numberText(source: Tensor, digits: number): NumberText {
  const { shape, data } = source
  if (data.length === 0) return { text: 'no elements' }
  const columns = shape.at(-1) ?? 1
  const rows = shape.length < 2 ? 1 : (shape[0] ?? 1)
  const isGrid = shape.length <= 2 && rows <= largest.rows && columns <= largest.columns
  if (!isGrid) return { text: rangeOf(source, digits) }
  const cells = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => cellOf(source, row * columns + column, digits)),
  )
  const lines = cells.map((row) => (shape.length === 0 ? row.join() : `[${row.join(', ')}]`))
  return { text: shape.length === 2 ? `[${lines.join(', ')}]` : lines.join(), cells }
}

function cellOf(source: Tensor, index: number, digits: number): string {
  const number = numberAt(source, index)
  if (source.dtype === 'bool') return number === 0 ? 'false' : 'true'
  return formatNumber(number, digits)
}

/** `−0.3 … 1.2`, over what is not NaN, which is counted apart. */
function rangeOf(source: Tensor, digits: number): string {
  let [low, high, missing] = [Infinity, -Infinity, 0]
  for (let index = 0; index < source.data.length; index++) {
    const number = numberAt(source, index)
    if (Number.isNaN(number)) missing++
    if (number < low) low = number
    if (number > high) high = number
  }
  const [from, to] = [formatNumber(low, digits), formatNumber(high, digits)]
  if (missing === source.data.length) return 'all NaN'
  const range = from === to ? `all ${from}` : `${from} … ${to}`
  return missing === 0 ? range : `${range}, ${missing} NaN`
}
