/** A tensor that is too large for digits: a heat map, whose numbers a pointer or keys read out. */
import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { type Cell, moved } from './grid-cursor.ts'
import { type Heat, heatOf } from './heat.ts'
import { fullNumber } from './numbers.ts'

interface HeatCanvasProps {
  readonly name: string
  readonly rows: readonly (readonly number[])[]
  readonly columns: number
}

/** Cells along a side, and pixels along the longer side. */
const [mostCells, longest] = [64, 224]

export function HeatCanvas({ name, rows, columns }: HeatCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const cursor = useSignal<Cell | undefined>(undefined)
  const heat = useMemo(() => heatOf(rows, columns, mostCells), [rows, columns])
  const side = Math.max(2, Math.floor(longest / Math.max(heat.rows, heat.columns)))
  const [width, height] = [heat.columns * side, heat.rows * side]
  useEffect(() => {
    const draw = () => paint(canvas.current, heat, side)
    draw()
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', draw)
    return () => scheme.removeEventListener('change', draw)
  }, [heat, side])
  const at = cursor.value
  const size = { rows: rows.length, columns }
  const follow = (event: KeyboardEvent) => {
    const next = moved(at ?? { row: 0, column: 0 }, event.key, size)
    if (!next) return
    event.preventDefault()
    cursor.value = next
  }
  const point = ({
    offsetX,
    offsetY,
    currentTarget,
  }: PointerEvent & { readonly currentTarget: HTMLCanvasElement }) => {
    const { clientWidth, clientHeight } = currentTarget
    const row = Math.floor((offsetY / clientHeight) * heat.rows) * heat.step.rows
    const column = Math.floor((offsetX / clientWidth) * heat.columns) * heat.step.columns
    cursor.value = { row: Math.min(row, size.rows - 1), column: Math.min(column, columns - 1) }
  }
  const { step } = heat
  const isCoarse = step.rows * step.columns > 1
  return (
    <div class="heat">
      <canvas
        ref={canvas}
        width={width}
        height={height}
        role="img"
        aria-label={`${name} as a heat map; arrow keys read its numbers out`}
        tabIndex={0}
        onKeyDown={follow}
        onPointerMove={point}
        onPointerLeave={() => {
          cursor.value = undefined
        }}
      />
      <p class="reading" aria-live="polite">
        {at
          ? `[${at.row}, ${at.column}] = ${fullNumber(rows[at.row]?.[at.column] ?? Number.NaN)}`
          : isCoarse
            ? `a cell holds ${step.rows} × ${step.columns}, and shows the largest`
            : `up to ±${heat.largest.toPrecision(3)}`}
      </p>
    </div>
  )
}

function paint(canvas: HTMLCanvasElement | null, heat: Heat, side: number): void {
  const context = canvas?.getContext('2d')
  if (!canvas || !context) return
  const style = getComputedStyle(canvas)
  const [positive, negative, wrong] = ['--positive', '--negative', '--gradient'].map((name) =>
    style.getPropertyValue(name).trim(),
  )
  context.clearRect(0, 0, canvas.width, canvas.height)
  heat.cells.forEach((number, index) => {
    const share = heat.largest > 0 ? Math.abs(number) / heat.largest : 0
    context.fillStyle = Number.isFinite(number)
      ? `rgba(${number < 0 ? negative : positive}, ${share})`
      : (wrong ?? 'red')
    const row = Math.floor(index / heat.columns)
    context.fillRect((index % heat.columns) * side, row * side, side, side)
  })
}
