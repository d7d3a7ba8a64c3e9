/** A grid of characters with lines that join where they meet. */
import { columnsOf, type LinePart, type TextKind } from './terminal-line.ts'

const [north, east, south, west] = [1, 2, 4, 8] as const

interface Cell {
  readonly kind: TextKind
  readonly text?: string
  /** The sides that lines leave by, and whose line it is. */
  readonly sides?: number
  readonly owner?: string
}

const joints: Readonly<Record<number, string>> = {
  ...{ [north]: '│', [south]: '│', [east]: '─', [west]: '─' },
  ...{ [north | south]: '│', [east | west]: '─', [south | east]: '╭', [south | west]: '╮' },
  ...{ [north | east]: '╰', [north | west]: '╯', [north | south | east]: '├' },
  ...{ [north | south | west]: '┤', [south | east | west]: '┬', [north | east | west]: '┴' },
  [north | east | south | west]: '┼',
}

/** Later text is written over earlier lines. */
export class TextCanvas {
  readonly #rows: Map<number, Cell>[] = []

  write(x: number, y: number, text: string, kind: TextKind): void {
    let column = x
    for (const sign of text) {
      // An accent stands in the cell of its letter.
      const columns = columnsOf(sign)
      if (columns === 0) {
        const before = this.#row(y).get(column - 1)
        if (before?.text !== undefined) {
          this.#row(y).set(column - 1, { ...before, text: before.text + sign })
        }
        continue
      }
      this.#row(y).set(column, { text: sign, kind })
      if (columns === 2) this.#row(y).set(column + 1, { text: '', kind })
      column += columns
    }
  }

  /** A line down; the ends are the cells that it comes from and goes to, which it joins. */
  down(x: number, [from, to]: readonly [number, number], owner: string): void {
    for (let y = from; y < to; y++) {
      this.#join(x, y, south, owner)
      this.#join(x, y + 1, north, owner)
    }
  }

  across([from, to]: readonly [number, number], y: number, owner: string): void {
    for (let x = Math.min(from, to); x < Math.max(from, to); x++) {
      this.#join(x, y, east, owner)
      this.#join(x + 1, y, west, owner)
    }
  }

  /** The rows, from the first column that anything stands in. */
  lines(): readonly (readonly LinePart[])[] {
    const [first] = this.#extent()
    return Array.from(this.#rows, (row = new Map()) => partsOf(row, first))
  }

  get width(): number {
    const [first, last] = this.#extent()
    return last + 1 - first
  }

  #extent(): readonly [number, number] {
    const columns = this.#rows.flatMap((row) => [...row.keys()])
    return [Math.min(...columns), Math.max(...columns)]
  }

  #row(y: number): Map<number, Cell> {
    const row = this.#rows[y] ?? new Map<number, Cell>()
    this.#rows[y] = row
    return row
  }

  #join(x: number, y: number, side: number, owner: string): void {
    const row = this.#row(y)
    const cell = row.get(x)
    if (cell?.text !== undefined) {
      if (side === south && cell.text === '─') row.set(x, { ...cell, text: '┬' })
      return
    }
    const isForeign = cell?.owner !== undefined && cell.owner !== owner
    // Lines that cross without meeting: the one that goes down is drawn over the other.
    if (isForeign && (side === east || side === west)) return
    const sides = isForeign ? side : (cell?.sides ?? 0) | side
    row.set(x, { kind: 'line', sides, owner })
  }
}

function partsOf(row: ReadonlyMap<number, Cell>, first: number): readonly LinePart[] {
  const parts: { text: string; kind: TextKind }[] = []
  const last = Math.max(-1, ...row.keys())
  for (let x = first; x <= last; x++) {
    const { text, sides = 0, kind }: Cell = row.get(x) ?? { text: ' ', kind: 'line' }
    const sign = text ?? joints[sides] ?? ' '
    const previous = parts.at(-1)
    if (previous?.kind === kind) previous.text += sign
    else parts.push({ text: sign, kind })
  }
  return parts
}
