/** A tensor as tiles: signed numbers from purple over white to green, with their digits. */
import type { NestedArray } from 'sluice'
import { fullNumber, rowsOf, shapeText, shortNumber } from './numbers.ts'

export interface TensorTilesProps {
  readonly name: string
  readonly shape: readonly number[]
  readonly value: NestedArray
  readonly kind: 'value' | 'gradient' | 'local'
}

/** Beyond these a tensor is cut, and says so. */
const [mostRows, mostColumns] = [12, 12]

export function TensorTiles({ name, shape, value, kind }: TensorTilesProps) {
  const rows = rowsOf(value)
  const largest = Math.max(...rows.flat().map(Math.abs).filter(Number.isFinite), 0)
  const columns = Math.max(...rows.map((row) => row.length), 1)
  const isCut = rows.length > mostRows || columns > mostColumns
  return (
    <figure class={`tensor ${kind}`}>
      <figcaption>
        <span class="name">{name}</span> <span class="shape">{shapeText(shape)}</span>
      </figcaption>
      <table>
        <tbody>
          {rows.slice(0, mostRows).map((row, index) => (
            <tr key={index}>
              {row.slice(0, mostColumns).map((number, column) => (
                <td
                  key={column}
                  class={number < 0 ? 'negative' : 'positive'}
                  style={{ '--share': largest > 0 ? Math.abs(number) / largest : 0 }}
                  title={fullNumber(number)}
                  data-number={number}
                >
                  {shortNumber(number)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {isCut && (
        <p class="cut">
          the first {mostRows} rows and {mostColumns} columns
        </p>
      )}
    </figure>
  )
}
