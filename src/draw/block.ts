/** Rows of text and grids of numbers as one block: how large it is, and where each text stands. */
import { widthOf } from './font.ts'
import type { SceneBrackets, SceneLabel, SceneText, TextClass } from './scene.ts'

/** The size of each class of text, in pixels. */
const sizes: Readonly<Record<TextClass, number>> = {
  label: 14,
  sign: 18,
  detail: 10,
  name: 12,
  given: 11,
  forward: 11,
  gradient: 11,
  local: 11,
  shape: 10,
  equation: 9,
  note: 10,
}

export type Row = LineRow | GridRow

/** Texts side by side. */
interface LineRow {
  readonly kind: 'line'
  readonly parts: readonly { readonly text: string; readonly class: TextClass }[]
}

interface GridRow {
  readonly kind: 'grid'
  readonly cells: readonly (readonly string[])[]
  readonly class: TextClass
  readonly isBracketed: boolean
}

const lineHeight = 1.25
const partGap = 6
const cellGap = 7
/** Room beside a grid for its brackets. */
const bracketRoom = 6

export function lineRow(...parts: LineRow['parts']): LineRow {
  return { kind: 'line', parts }
}

export function sizeOfBlock(rows: readonly Row[]): { width: number; height: number } {
  return {
    width: Math.max(0, ...rows.map(widthOfRow)),
    height: rows.reduce((sum, row) => sum + heightOfRow(row), 0),
  }
}

/** Where the block stands: a corner or the middle of a side, and how its rows are aligned. */
export interface BlockPlace {
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'middle' | 'end'
}

/** The texts of a block whose upper edge is at `y`. */
export function placeBlock(
  rows: readonly Row[],
  { x, y, anchor }: BlockPlace,
): Pick<SceneLabel, 'box' | 'texts' | 'brackets'> {
  const { width, height } = sizeOfBlock(rows)
  const left = x - width * (anchor === 'start' ? 0 : anchor === 'middle' ? 0.5 : 1)
  const texts: SceneText[] = []
  const brackets: SceneBrackets[] = []
  let top = y
  for (const row of rows) {
    const own = widthOfRow(row)
    const spare = width - own
    const start = left + spare * (anchor === 'start' ? 0 : anchor === 'middle' ? 0.5 : 1)
    if (row.kind === 'line') texts.push(...placeLine(row, start, top))
    else {
      texts.push(...placeGrid(row, start, top))
      if (row.isBracketed) {
        const box = { x: start + 1, y: top + 1, width: own - 2, height: heightOfRow(row) - 2 }
        brackets.push({ box, class: row.class })
      }
    }
    top += heightOfRow(row)
  }
  const box = { x: left, y, width, height }
  return { box, texts, ...(brackets.length > 0 && { brackets }) }
}

function placeLine({ parts }: LineRow, start: number, top: number): readonly SceneText[] {
  const [only] = parts
  const size = Math.max(...parts.map((part) => sizes[part.class]))
  const y = top + size * (lineHeight - baseline)
  if (only && parts.length === 1) {
    // A line alone is centred on its middle, so that a narrower font keeps it there.
    const x = start + widthOf(only.text, size) / 2
    return [{ text: only.text, class: only.class, x, y, anchor: 'middle', size }]
  }
  let x = start
  return parts.map((part) => {
    const text: SceneText = { ...part, x, y, anchor: 'start', size: sizes[part.class] }
    x += widthOf(part.text, sizes[part.class]) + partGap
    return text
  })
}

/** How far below its line's middle text stands, as a share of its size. */
const baseline = 0.33

function placeGrid(row: GridRow, start: number, top: number): readonly SceneText[] {
  const size = sizes[row.class]
  const columns = columnWidths(row)
  const room = row.isBracketed ? bracketRoom : 0
  return row.cells.flatMap((cells, index) => {
    const y = top + size * (lineHeight - baseline) + index * size * lineHeight
    let right = start + room
    return cells.map((text, column): SceneText => {
      right += columns[column] ?? 0
      const isAlone = row.cells.length === 1 && cells.length === 1
      const own: SceneText = isAlone
        ? {
            text,
            class: row.class,
            x: right - (columns[column] ?? 0) / 2,
            y,
            anchor: 'middle',
            size,
          }
        : { text, class: row.class, x: right, y, anchor: 'end', size }
      right += cellGap
      return own
    })
  })
}

function columnWidths({ cells, class: kind }: GridRow): readonly number[] {
  const [first = []] = cells
  return first.map((_, column) =>
    Math.max(...cells.map((row) => widthOf(row[column] ?? '', sizes[kind]))),
  )
}

function widthOfRow(row: Row): number {
  if (row.kind === 'line') {
    const widths = row.parts.map((part) => widthOf(part.text, sizes[part.class]))
    return widths.reduce((sum, width) => sum + width, 0) + partGap * (widths.length - 1)
  }
  const columns = columnWidths(row)
  const room = row.isBracketed ? 2 * bracketRoom : 0
  return columns.reduce((sum, width) => sum + width, 0) + cellGap * (columns.length - 1) + room
}

function heightOfRow(row: Row): number {
  if (row.kind === 'grid') return row.cells.length * sizes[row.class] * lineHeight + 2
  return Math.max(...row.parts.map((part) => sizes[part.class])) * lineHeight
}
