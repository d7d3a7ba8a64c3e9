/** Curves over iterations, with what they say where a pointer rests. */
import { useSignal } from '@preact/signals'
import { shortNumber } from '../learn/numbers.ts'
import { type Point, pathOf, type ScaleKind, scaleOf, ticksOf } from './chart.ts'

export interface Line {
  readonly name: string
  /** How it is drawn: `batch`, `train`, `held-out`, and each of them `pinned`. */
  readonly look: string
  readonly points: readonly Point[]
}

interface ChartProps {
  readonly title: string
  readonly lines: readonly Line[]
  readonly kind: ScaleKind
  /** What the scale reaches up to at least. */
  readonly upTo?: number
  /** The iteration at the right edge. */
  readonly end: number
}

const [width, height, left, foot, margin] = [480, 190, 46, 22, 8]

export function Chart({ title, lines, kind, upTo, end }: ChartProps) {
  const pointed = useSignal<number | undefined>(undefined)
  const shown = lines.flatMap(({ points }) => points.map((point) => point.y))
  const y = scaleOf(kind, upTo === undefined ? shown : [...shown, upTo])
  const across = (iteration: number) =>
    left + (iteration / Math.max(end, 1)) * (width - left - margin)
  const down = (number: number) => margin + (1 - y.at(number)) * (height - foot - margin)
  const at = pointed.value
  return (
    <figure class="chart">
      <figcaption>
        <strong>{title}</strong>
        {at !== undefined && <span> at {at}</span>}
        <Legend lines={lines} at={at} />
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${title} over ${end} iterations: ${spoken(lines)}`}
        onPointerMove={({ currentTarget, clientX }) => {
          const box = currentTarget.getBoundingClientRect()
          const place = ((clientX - box.left) / box.width) * width
          const share = (place - left) / (width - left - margin)
          pointed.value = Math.round(Math.min(Math.max(share, 0), 1) * end)
        }}
        onPointerLeave={() => {
          pointed.value = undefined
        }}
      >
        {ticksOf(y).map((tick) => (
          <g key={tick}>
            <path class="grid" d={`M${left} ${down(tick)}H${width - margin}`} />
            <text x={left - 6} y={down(tick) + 4} text-anchor="end">
              {shortNumber(tick)}
            </text>
          </g>
        ))}
        {ticksOf(scaleOf('linear', [0, end])).map((tick) => (
          <text key={tick} x={across(tick)} y={height - 6} text-anchor="middle">
            {tick}
          </text>
        ))}
        {lines.map(({ name, look, points }) => (
          <path
            key={name}
            class={`line ${look}`}
            d={pathOf(points, (point) => ({ x: across(point.x), y: down(point.y) }))}
          />
        ))}
        {at !== undefined && (
          <path class="pointed" d={`M${across(at)} ${margin}V${height - foot}`} />
        )}
      </svg>
    </figure>
  )
}

function Legend({
  lines,
  at,
}: {
  readonly lines: readonly Line[]
  readonly at: number | undefined
}) {
  return (
    <ul>
      {lines.map(({ name, look, points }) => (
        <li key={name}>
          <svg viewBox="0 0 24 8" aria-hidden="true">
            <path class={`line ${look}`} d="M1 4H23" />
          </svg>
          {name} <b>{numberAt(points, at)}</b>
        </li>
      ))}
    </ul>
  )
}

/** The number of a line at an iteration, or its last one. */
function numberAt(points: readonly Point[], at: number | undefined): string {
  const point = at === undefined ? points.at(-1) : nearest(points, at)
  return point ? shortNumber(point.y) : ''
}

function nearest(points: readonly Point[], at: number): Point | undefined {
  const after = points.findIndex(({ x }) => x >= at)
  const [before, next] = [points[after - 1], points[after]]
  if (!next) return points.at(-1)
  return before && at - before.x < next.x - at ? before : next
}

function spoken(lines: readonly Line[]): string {
  return lines.map(({ name, points }) => `${name} ${numberAt(points, undefined)}`).join(', ')
}
