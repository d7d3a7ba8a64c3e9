/** A tensor as tiles: signed numbers from purple over white to green, with their digits. */
import { useSignal } from '@preact/signals'
import type { NestedArray } from 'sluice'
import { type Cell, moved } from './grid-cursor.ts'
import { HeatCanvas } from './heat-canvas.tsx'
import { fullNumber, rowsOf, shapeText, shortNumber } from './numbers.ts'

export interface TensorTilesProps {
  readonly name: string
  readonly shape: readonly number[]
  readonly value: NestedArray
  readonly kind: 'value' | 'gradient' | 'local'
  /** Whether its numbers are what the learner is asked for. */
  readonly isHidden?: boolean
  /** The element that is asked for, row-major. */
  readonly asked?: number
}

/** Larger tensors are heat maps without digits. */
const [mostRows, mostColumns] = [10, 8]

export function TensorTiles(props: TensorTilesProps) {
  const { name, shape, value, kind, isHidden = false } = props
  const rows = rowsOf(value)
  const columns = Math.max(...rows.map((row) => row.length), 1)
  const isLarge = rows.length > mostRows || columns > mostColumns
  return (
    <figure class={`tensor ${kind}`} data-tensor={name}>
      <figcaption>
        <span class="name">{name}</span> <span class="shape">{shapeText(shape)}</span>
      </figcaption>
      {isLarge ? (
        isHidden ? (
          <p class="covered">?</p>
        ) : (
          <HeatCanvas name={name} rows={rows} columns={columns} />
        )
      ) : (
        <Tiles {...props} rows={rows} columns={columns} />
      )}
    </figure>
  )
}

interface TilesProps extends TensorTilesProps {
  readonly rows: readonly (readonly number[])[]
  readonly columns: number
}

function Tiles({ name, rows, columns, isHidden = false, asked = -1 }: TilesProps) {
  const cursor = useSignal<Cell>({ row: 0, column: 0 })
  const largest = Math.max(...rows.flat().map(Math.abs).filter(Number.isFinite), 0)
  const follow = (event: KeyboardEvent & { readonly currentTarget: HTMLTableElement }) => {
    const next = moved(cursor.value, event.key, { rows: rows.length, columns })
    if (!next) return
    event.preventDefault()
    cursor.value = next
    event.currentTarget.rows[next.row]?.cells[next.column]?.focus()
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid of cells to walk in
    <table role="grid" aria-label={name} onKeyDown={follow}>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {row.map((number, column) => {
              const isAsked = asked === index * columns + column
              if (isHidden) {
                return (
                  <td key={column} class={isAsked ? 'covered asked' : 'covered'}>
                    {isAsked ? '?' : '·'}
                  </td>
                )
              }
              const { row: at, column: over } = cursor.value
              return (
                <td
                  key={column}
                  class={number < 0 ? 'negative' : 'positive'}
                  style={{ '--share': largest > 0 ? Math.abs(number) / largest : 0 }}
                  tabIndex={at === index && over === column ? 0 : -1}
                  title={fullNumber(number)}
                  data-number={number}
                >
                  {shortNumber(number)}
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
