/** A cursor in a grid of numbers, moved by keys. */

export interface Cell {
  readonly row: number
  readonly column: number
}

/** Where a key leads from a cell; undefined where it leads nowhere. */
export function moved(
  { row, column }: Cell,
  key: string,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Cell | undefined {
  const within = (cell: Cell): Cell => ({
    row: Math.min(Math.max(cell.row, 0), rows - 1),
    column: Math.min(Math.max(cell.column, 0), columns - 1),
  })
  switch (key) {
    case 'ArrowUp':
      return within({ row: row - 1, column })
    case 'ArrowDown':
      return within({ row: row + 1, column })
    case 'ArrowLeft':
      return within({ row, column: column - 1 })
    case 'ArrowRight':
      return within({ row, column: column + 1 })
    case 'Home':
      return { row, column: 0 }
    case 'End':
      return { row, column: columns - 1 }
    default:
      return undefined
  }
}
