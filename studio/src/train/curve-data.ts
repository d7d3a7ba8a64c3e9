/** What the charts of a run show: lines over iterations, thinned to what a chart has room for. */
import type { Measured, Measurement } from '../engine/train-protocol.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Line {
  readonly name: string
  /** Which numbers these are, and so how the line is drawn. */
  readonly of: 'batch' | 'train' | 'held-out'
  /** Of the run that is pinned. */
  readonly isPinned: boolean
  readonly points: readonly Point[]
}

export type ScaleKind = 'linear' | 'log'

/** As many points as a chart has room for. */
const columns = 320

/** The mean of each of at most `columns` runs of equal length, at the middle of the run. */
export function thinned(numbers: Float32Array, columns: number): readonly Point[] {
  const size = Math.max(1, Math.ceil(numbers.length / columns))
  return Array.from({ length: Math.ceil(numbers.length / size) }, (_, column) => {
    const run = numbers.subarray(column * size, (column + 1) * size)
    const sum = run.reduce((a, b) => a + b, 0)
    return { x: column * size + (run.length - 1) / 2, y: sum / run.length }
  })
}

/** So few of them that a chart has room, the last one among them. */
export function everySo<T>(all: readonly T[], room: number): readonly T[] {
  const every = Math.ceil(all.length / room)
  return all.filter((_, index) => (all.length - 1 - index) % every === 0)
}

interface Run {
  readonly losses: Float32Array
  readonly measurements: readonly Measurement[]
}

interface Marks {
  /** What stands before the names: `A ` and `B ` where two runs are compared. */
  readonly mark: string
  readonly isPinned: boolean
}

export function lossLines(run: Run, marks: Marks): readonly Line[] {
  const batch = { name: `${marks.mark}batch`, of: 'batch', isPinned: marks.isPinned } as const
  const points = thinned(run.losses, columns)
  return [{ ...batch, points }, ...measuredLines(run, 'loss', marks)]
}

export function measuredLines(
  { measurements }: Pick<Run, 'measurements'>,
  what: keyof Measured,
  { mark, isPinned }: Marks,
): readonly Line[] {
  const shown = everySo(measurements, columns)
  const line = (part: 'train' | 'heldOut', of: Line['of']): Line => ({
    ...{ name: `${mark}${of}`, of, isPinned },
    points: shown.flatMap((one) => {
      const found = one[part]
      return found ? [{ x: one.iteration, y: found[what] }] : []
    }),
  })
  const hasHeldOut = measurements[0]?.heldOut !== undefined
  return [line('train', 'train'), ...(hasHeldOut ? [line('heldOut', 'held-out')] : [])]
}

/** The number of a line at an iteration, of the point that is nearest; without one its last. */
export function numberAt(points: readonly Point[], at: number | undefined): number | undefined {
  if (at === undefined) return points.at(-1)?.y
  const after = points.findIndex(({ x }) => x >= at)
  const [before, next] = [points[after - 1], points[after]]
  if (!next) return points.at(-1)?.y
  return (before && at - before.x < next.x - at ? before : next).y
}

/** The points of a line as a chart takes them: what it cannot show is a gap. */
export function shownPoints(
  { points }: Line,
  kind: ScaleKind,
): readonly [x: readonly number[], y: readonly (number | null)[]] {
  const isShown = (y: number) => Number.isFinite(y) && (kind === 'linear' || y > 0)
  return [points.map(({ x }) => x), points.map(({ y }) => (isShown(y) ? y : null))]
}

/** From where to where a scale of these numbers goes. */
export function rangeOf(
  lines: readonly Line[],
  kind: ScaleKind,
  upTo?: number,
): readonly [least: number, greatest: number] {
  const all = lines.flatMap(({ points }) => points.map(({ y }) => y))
  const shown = all.filter((y) => Number.isFinite(y) && (kind === 'linear' || y > 0))
  if (shown.length === 0) return kind === 'log' ? [0.1, 1] : [0, upTo ?? 1]
  const [least, greatest] = [Math.min(...shown), Math.max(...shown)]
  if (kind === 'log') return decadesAround(least, greatest)
  const top = upTo === undefined ? greatest * 1.04 : Math.max(upTo, greatest)
  return [Math.min(least, 0), top > 0 ? top : 1]
}

function decadesAround(least: number, greatest: number): readonly [number, number] {
  const from = Math.floor(Math.log10(least))
  const to = Math.max(Math.ceil(Math.log10(greatest)), from + 1)
  return [powerOfTen(from), powerOfTen(to)]
}

/** The powers of ten within a range, at most six of them. */
export function decadesWithin([least, greatest]: readonly [number, number]): readonly number[] {
  const [from, to] = [Math.ceil(Math.log10(least)), Math.floor(Math.log10(greatest))]
  const every = Math.max(1, Math.ceil((to - from + 1) / 6))
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, k) =>
    powerOfTen(from + k * every),
  )
}

/** Exactly, as 10 ** −4 is not. */
function powerOfTen(exponent: number): number {
  return Number(`1e${exponent}`)
}
