/** The way of a line: as path data, as the box around it, and how far a point is from it. */
import type { Box, Point, SceneLine } from '../draw/scene.ts'

type Way = Pick<SceneLine, 'start' | 'path'>

/** As SVG and Path2D read it. */
export function pathData({ start, path }: Way): string {
  const steps = path.map((segment) =>
    segment.kind === 'line'
      ? `L${pair(segment.to)}`
      : `C${[...segment.control, segment.to].map(pair).join(' ')}`,
  )
  return `M${pair(start)}${steps.join('')}`
}

/** The head of an arrow whose tip is at the origin. */
export const headData = 'M0 0L-8 -3.5V3.5Z'

/** Holds the whole line, and the head at its end. */
export function boxOfLine({ start, path, head }: Pick<SceneLine, 'start' | 'path' | 'head'>): Box {
  const points = [
    start,
    head.tip,
    ...path.flatMap((segment) =>
      // A curve stays within its control points.
      segment.kind === 'line' ? [segment.to] : [...segment.control, segment.to],
    ),
  ]
  const xs = points.map(({ x }) => x)
  const ys = points.map(({ y }) => y)
  const [left, top] = [Math.min(...xs) - headReach, Math.min(...ys) - headReach]
  const [right, bottom] = [Math.max(...xs) + headReach, Math.max(...ys) + headReach]
  return { x: left, y: top, width: right - left, height: bottom - top }
}

const headReach = 4

/** From a point to the nearest of the line, curves taken as some straight pieces. */
export function distanceTo({ start, path }: Way, point: Point): number {
  let least = Number.POSITIVE_INFINITY
  let from = start
  for (const segment of path) {
    for (const to of segment.kind === 'line' ? [segment.to] : piecesOf(from, segment)) {
      least = Math.min(least, distanceToPiece(point, from, to))
      from = to
    }
  }
  return least
}

function piecesOf(
  from: Point,
  {
    control: [first, second],
    to,
  }: { readonly control: readonly [Point, Point]; readonly to: Point },
): readonly Point[] {
  const at = (t: number, a: number, b: number, c: number, d: number) => {
    const s = 1 - t
    return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d
  }
  return Array.from({ length: pieces }, (_, index) => {
    const t = (index + 1) / pieces
    return { x: at(t, from.x, first.x, second.x, to.x), y: at(t, from.y, first.y, second.y, to.y) }
  })
}

const pieces = 12

function distanceToPiece(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const square = dx * dx + dy * dy
  const share = square === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / square
  const t = Math.min(Math.max(share, 0), 1)
  return Math.hypot(from.x + t * dx - point.x, from.y + t * dy - point.y)
}

function pair({ x, y }: Point): string {
  return `${x} ${y}`
}
