/** The line on which a grid of numbers crosses a level, by marching squares. */
import type { Point } from './curve-data.ts'

export type Segment = readonly [from: Point, to: Point]

/** `values` stand at the middles of the cells of a square grid; points are in cells from its corner. */
export function contourOf(
  values: ArrayLike<number>,
  side: number,
  level: number,
): readonly Segment[] {
  const segments: Segment[] = []
  const above = (column: number, row: number) => (values[row * side + column] ?? 0) - level
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const corners: readonly Corner[] = [
        { x: column + 0.5, y: row + 0.5, above: above(column, row) },
        { x: column + 1.5, y: row + 0.5, above: above(column + 1, row) },
        { x: column + 1.5, y: row + 1.5, above: above(column + 1, row + 1) },
        { x: column + 0.5, y: row + 1.5, above: above(column, row + 1) },
      ]
      const [a, b, c, d] = corners.flatMap((corner, index) =>
        crossing(corner, corners[(index + 1) % 4] ?? corner),
      )
      if (a && b) segments.push([a, b])
      if (c && d) segments.push([c, d]) // two lines through one square, as at a saddle
    }
  }
  return segments
}

interface Corner extends Point {
  readonly above: number
}

/** Where the level lies between two corners, if it does. */
function crossing(from: Corner, to: Corner): readonly Point[] {
  if (from.above >= 0 === to.above >= 0) return []
  const share = from.above / (from.above - to.above)
  return [{ x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) }]
}
