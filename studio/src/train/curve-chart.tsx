/** A chart of lines over iterations, with what they say where a pointer or the keys are. */
import type { Signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import type uPlot from 'uplot'
import { shortNumber } from '../learn/numbers.ts'
import {
  decadesWithin,
  type Line,
  numberAt,
  rangeOf,
  type ScaleKind,
  shownPoints,
} from './curve-data.ts'
import { useScheme } from './scheme.ts'

interface ChartProps {
  readonly title: string
  readonly lines: readonly Line[]
  readonly kind: ScaleKind
  /** What the scale reaches up to at least. */
  readonly upTo?: number
  /** The iteration at the right edge. */
  readonly end: number
  /** The iteration whose numbers are told; all charts of a run have the same. */
  readonly pointed: Signal<number | undefined>
}

const height = 200

export function CurveChart(props: ChartProps) {
  const { title, lines, end, pointed } = props
  const place = useRef<HTMLDivElement>(null)
  usePlot(place, props)
  const at = pointed.value
  const said = lines.map(({ name, points }) => `${name} ${textAt(points, at)}`).join(', ')
  return (
    <figure class="chart">
      <figcaption>
        <strong>{title}</strong>
        {at !== undefined && <span> at {at}</span>}
        <Legend lines={lines} at={at} />
      </figcaption>
      <div
        ref={place}
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={`${title} over iterations`}
        aria-valuemin={0}
        aria-valuemax={end}
        aria-valuenow={at ?? end}
        aria-valuetext={`at ${at ?? end}: ${said}`}
        onKeyDown={(event) => {
          const target = keyTarget(event.key, at ?? end, end)
          if (target === undefined) return
          event.preventDefault()
          pointed.value = target
        }}
        onBlur={() => {
          pointed.value = undefined
        }}
      />
    </figure>
  )
}

/** Where a key leads along the curves: a fiftieth of them at a time. */
function keyTarget(key: string, at: number, end: number): number | undefined {
  const far = Math.max(1, Math.round(end / 50))
  const targets: Readonly<Record<string, number>> = {
    ArrowLeft: at - far,
    ArrowRight: at + far,
    Home: 0,
    End: end,
  }
  const target = targets[key]
  return target === undefined ? undefined : Math.min(Math.max(target, 0), end)
}

/** Keeps a plot in its place: made anew for other lines or scales, else given the new numbers. */
function usePlot(place: { readonly current: HTMLDivElement | null }, props: ChartProps): void {
  const { lines, kind, pointed, end } = props
  const scheme = useScheme()
  const [library, setLibrary] = useState<typeof uPlot>()
  const plot = useRef<uPlot | undefined>(undefined)
  const latest = useRef(props)
  latest.current = props
  useEffect(() => void loadLibrary().then((loaded) => setLibrary(() => loaded)), [])
  const looks = lines.map(({ name }) => name).join('|')
  useEffect(() => {
    const own = place.current
    if (!library || !own) return
    const made = new library(optionsOf(own, latest), dataOf(library, latest.current), own)
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: own.clientWidth, height }))
    observer.observe(own)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [library, looks, kind, scheme])
  useEffect(() => {
    if (library) plot.current?.setData(dataOf(library, props))
  }, [lines])
  const at = pointed.value
  useEffect(() => {
    const left = at === undefined ? -10 : (plot.current?.valToPos(at, 'x') ?? -10)
    plot.current?.setCursor({ left, top: 0 }, false)
  }, [at, end])
}

/** With the first chart, so that no other view waits for it. */
async function loadLibrary(): Promise<typeof uPlot> {
  const [library] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')])
  return library.default
}

function dataOf(library: typeof uPlot, { lines, kind }: ChartProps): uPlot.AlignedData {
  const tables = lines.map((line): uPlot.AlignedData => {
    const [x, y] = shownPoints(line, kind)
    return [[...x], [...y]]
  })
  return tables.length === 0 ? [[]] : library.join(tables)
}

function optionsOf(own: HTMLElement, latest: { readonly current: ChartProps }): uPlot.Options {
  const style = getComputedStyle(own)
  const colour = (name: string) => style.getPropertyValue(name)
  const { lines, kind } = latest.current
  const axis = {
    stroke: colour('--quiet'),
    font: `12px ${style.fontFamily}`,
    grid: { stroke: colour('--edge'), width: 1 },
    ticks: { show: false },
    values: (_: uPlot, ticks: readonly (number | null)[]) =>
      ticks.map((tick) => (tick === null ? '' : shortNumber(tick))),
  }
  return {
    ...{ width: own.clientWidth, height },
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: false, range: () => [0, Math.max(latest.current.end, 1)] },
      y: {
        distr: kind === 'log' ? 3 : 1,
        range: () => [...rangeOf(latest.current.lines, kind, latest.current.upTo)],
      },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 26, incrs: wholeSteps },
      { ...axis, size: 56, ...(kind === 'log' && { splits: decades }) },
    ],
    series: [{}, ...lines.map((line) => seriesOf(line, colour))],
    hooks: {
      setCursor: [
        ({ cursor: { left = -1 }, posToVal }) => {
          const { end, pointed } = latest.current
          const at = Math.round(posToVal(left, 'x'))
          pointed.value = left < 0 ? undefined : Math.min(Math.max(at, 0), end)
        },
      ],
    },
  }
}

function decades({ scales }: uPlot): number[] {
  const { min = 0.1, max = 1 } = scales.y ?? {}
  return [...decadesWithin([min, max])]
}

/** There is no iteration between two. */
const wholeSteps = [1, 2, 5]
  .flatMap((step) => [1, 10, 100, 1e3, 1e4, 1e5].map((size) => step * size))
  .toSorted((a, b) => a - b)

/** Dashes tell lines apart where colours do not. */
const dashes = { batch: [], train: [], 'held-out': [7, 4] } as const
const colours = { batch: '--quiet', train: '--forward', 'held-out': '--gradient' } as const
const pinnedDash = [2, 3]

function seriesOf({ of, isPinned }: Line, colour: (name: string) => string): uPlot.Series {
  return {
    stroke: colour(colours[of]),
    width: of === 'batch' ? 1 : isPinned ? 1.5 : 2,
    dash: isPinned ? pinnedDash : [...dashes[of]],
    spanGaps: true, // lines are measured at other iterations than their neighbours
    points: { show: false },
  }
}

interface LegendProps {
  readonly lines: readonly Line[]
  readonly at: number | undefined
}

function Legend({ lines, at }: LegendProps) {
  return (
    <ul>
      {lines.map(({ name, of, isPinned, points }) => (
        <li key={name}>
          <svg viewBox="0 0 24 8" aria-hidden="true">
            <path class={`line ${of}${isPinned ? ' pinned' : ''}`} d="M1 4H23" />
          </svg>
          {name} <b>{textAt(points, at)}</b>
        </li>
      ))}
    </ul>
  )
}

function textAt(points: Line['points'], at: number | undefined): string {
  const number = numberAt(points, at)
  return number === undefined ? '' : shortNumber(number)
}
