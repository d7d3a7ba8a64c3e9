/** The geometry of a chart: scales, ticks and lines, in the units of its picture. */

export type ScaleKind = 'linear' | 'log'

export interface Scale {
  readonly kind: ScaleKind
  readonly least: number
  readonly greatest: number
  /** Where a number stands, 0 … 1. */
  at(number: number): number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** From the least to the greatest of these numbers; what a log cannot show stands at its foot. */
export function scaleOf(kind: ScaleKind, numbers: readonly number[]): Scale {
  const usable = numbers.filter((one) => Number.isFinite(one) && (kind === 'linear' || one > 0))
  const [first, last] = [Math.min(...usable), Math.max(...usable)]
  if (usable.length === 0) return scale(kind, kind === 'log' ? 0.1 : 0, 1)
  if (kind === 'log') return scale(kind, first === last ? first / 10 : first, last)
  return scale(kind, Math.min(first, 0), last <= 0 ? 1 : last)
}

export function scale(kind: ScaleKind, least: number, greatest: number): Scale {
  const map = kind === 'log' ? (one: number) => Math.log10(Math.max(one, least)) : Number
  const [from, to] = [map(least), map(greatest)]
  const span = to - from || 1
  return { kind, least, greatest, at: (number) => clamp((map(number) - from) / span) }
}

function clamp(share: number): number {
  return Math.min(Math.max(share, 0), 1)
}

/** Round numbers within a scale: powers of ten on a log, else steps of 1, 2 or 5. */
export function ticksOf({ kind, least, greatest }: Scale): readonly number[] {
  if (kind === 'log') {
    const [from, to] = [Math.ceil(Math.log10(least)), Math.floor(Math.log10(greatest))]
    const every = Math.max(1, Math.ceil((to - from + 1) / 5))
    return range(Math.ceil(from / every), Math.floor(to / every)).map((one) =>
      Number(`1e${one * every}`),
    )
  }
  const rough = (greatest - least) / 4
  const size = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5].find((one) => one * size >= rough) ?? 10) * size
  const ticks = range(Math.ceil(least / step), Math.floor(greatest / step + 1e-9))
  return ticks.map((one) => Number((one * step).toPrecision(12)))
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
}

/** The mean of each of at most `columns` runs of equal length, at the middle of the run. */
export function thinned(numbers: Float32Array, columns: number): readonly Point[] {
  const size = Math.max(1, Math.ceil(numbers.length / columns))
  return Array.from({ length: Math.ceil(numbers.length / size) }, (_, column) => {
    const run = numbers.subarray(column * size, (column + 1) * size)
    const sum = run.reduce((a, b) => a + b, 0)
    return { x: column * size + (run.length - 1) / 2, y: sum / run.length }
  })
}

/** The `d` of a path through points, which breaks off where a number is not finite. */
export function pathOf(points: readonly Point[], place: (point: Point) => Point): string {
  let isDown = false
  return points
    .map((point) => {
      if (!Number.isFinite(point.y)) {
        isDown = false
        return ''
      }
      const { x, y } = place(point)
      const letter = isDown ? 'L' : 'M'
      isDown = true
      return `${letter}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}
