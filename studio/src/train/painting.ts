/** Points painted by hand: cells of a lattice with a class each, and their text in an address. */

export const paintedClasses = ['A', 'B', 'C'] as const
/** How many cells the plane has from −1 to 1, both ways. */
export const paintingSide = 64
/** A longer address would not fit where links are kept. */
export const mostPainted = 600

export interface PaintedPoint {
  /** Cells from the left, and from the foot. */
  readonly x: number
  readonly y: number
  /** Its class: a place in `paintedClasses`. */
  readonly label: number
}

/** One point for each cell at most, in the order in which they were painted. */
export type Painting = readonly PaintedPoint[]

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Two characters for each point, class by class, with a dot between classes. */
export function formatPainting(painting: Painting): string {
  return paintedClasses
    .map((_, label) =>
      painting
        .filter((point) => point.label === label)
        .map(({ x, y }) => `${digits[x]}${digits[y]}`)
        .join(''),
    )
    .join('.')
}

/** What is no point is left out; a cell that is named twice keeps its first class. */
export function parsePainting(text: string): Painting {
  const found = text.split('.').flatMap((part, label) => {
    if (label >= paintedClasses.length) return []
    const pairs = part.match(/[\w-]{2}/g) ?? []
    return pairs.map(([x = '', y = '']) => ({ x: digits.indexOf(x), y: digits.indexOf(y), label }))
  })
  return withPoints([], found)
}

/** With points added where their cells are free, as many as there is room for. */
export function withPoints(painting: Painting, added: readonly PaintedPoint[]): Painting {
  const taken = new Set(painting.map(cellOf))
  const points = [...painting]
  for (const point of added) {
    if (points.length >= mostPainted) break
    if (taken.has(cellOf(point))) continue
    taken.add(cellOf(point))
    points.push(point)
  }
  return points
}

/** Without the points that lie within a distance of a place, in cells. */
export function erased(
  painting: Painting,
  place: Pick<PaintedPoint, 'x' | 'y'>,
  distance: number,
): Painting {
  return painting.filter(({ x, y }) => Math.hypot(x - place.x, y - place.y) > distance)
}

/** Where the middle of a cell lies, −1 … 1. */
export function placeOf(cell: number): number {
  return (2 * (cell + 0.5)) / paintingSide - 1
}

function cellOf({ x, y }: Pick<PaintedPoint, 'x' | 'y'>): number {
  return y * paintingSide + x
}

/** Four heaps, those across from each other of one class: what one straight line cannot part. */
export const firstPainting: Painting = withPoints(
  [],
  [
    [16, 16, 0],
    [47, 47, 0],
    [16, 47, 1],
    [47, 16, 1],
  ].flatMap(([x = 0, y = 0, label = 0]) =>
    Array.from({ length: 12 }, (_, index) => ({
      // Turns by the golden angle spread points evenly.
      x: Math.round(x + 2.6 * Math.sqrt(index) * Math.cos(2.4 * index)),
      y: Math.round(y + 2.6 * Math.sqrt(index) * Math.sin(2.4 * index)),
      label,
    })),
  ),
)
