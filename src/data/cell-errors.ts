/** What can be wrong with a cell or a row, said with the line and the column. */
import { nearest, SluiceError } from '../errors.ts'

export interface CellPlace {
  /** What messages call the table. */
  readonly table: string
  readonly line: number
  /** What `line` counts: the rows of a table that is no text. Default: lines. */
  readonly unit?: 'line' | 'row'
  /** Counted from 0; messages count from 1, as people do. */
  readonly column: number
  /** Absent where the table has no header. */
  readonly columnName?: string
}

export function missingCell(place: CellPlace, cell: string, isTarget: boolean): SluiceError {
  const wayOut = isTarget ? "missing: 'drop'" : "missing: 'drop' or 'mean'"
  return new SluiceError({
    code: 'DATA',
    what: `${place.table}: a cell is missing`,
    where: whereIs(place),
    expected: 'a value in every cell',
    got: cell.trim() === '' ? 'an empty cell' : `"${cell.trim()}"`,
    fix: `fill the cell, or choose ${wayOut}`,
  })
}

export function notANumber(place: CellPlace, cell: string): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${place.table}: a cell is no number`,
    where: whereIs(place),
    expected: 'a number such as 1234.5, as in the rest of the column',
    got: quoted(cell),
    fix: 'correct the cell, or declare the column categorical',
  })
}

export function notFinite(place: CellPlace, cell: string): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${place.table}: a number is not finite`,
    where: whereIs(place),
    expected: 'a finite number',
    got: quoted(cell),
    fix: 'correct the cell, or empty it and fill or drop what is missing',
  })
}

export function unknownCategory(
  place: CellPlace,
  cell: string,
  known: readonly string[],
): SluiceError {
  const near = nearest(cell.trim(), known)
  return new SluiceError({
    code: 'DATA',
    what: `${place.table}: a category was not there in training`,
    where: whereIs(place),
    expected: listed(known),
    got: quoted(cell),
    fix: near ? `did you mean "${near}"?` : 'correct the cell, or train on data that have it',
  })
}

export function tooManyCategories(place: CellPlace, count: number, limit: number): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${place.table}: a column of texts has too many different ones`,
    where: whereIs(place),
    expected: `at most ${limit} categories, each an input of its own`,
    got: `${count} different texts`,
    fix: 'ignore the column where it holds names, or declare it categorical where it does not',
  })
}

export function raggedRow(
  table: string,
  line: number,
  cells: number,
  names: readonly string[],
): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${table}: line ${line} has ${counted(cells)}`,
    where: `line ${line}`,
    expected: `${counted(names.length)}, as in the first line of the table`,
    got: counted(cells),
    fix: 'complete the line, or put quotes around a cell that holds the delimiter',
  })
}

export function noSuchColumn(
  table: string,
  wanted: string | number,
  names: readonly string[],
): SluiceError {
  const known = names.filter((name) => name !== '')
  const near = typeof wanted === 'string' ? nearest(wanted, known) : undefined
  return new SluiceError({
    code: 'DATA',
    what: `${table}: there is no column ${typeof wanted === 'string' ? `"${wanted}"` : wanted}`,
    expected:
      typeof wanted === 'string'
        ? listed(known)
        : `a place from 0 to ${names.length - 1}, or from −${names.length} to −1 from the end`,
    got: typeof wanted === 'string' ? `"${wanted}"` : String(wanted),
    fix: near ? `did you mean "${near}"?` : 'choose one of those',
  })
}

/** Some of them, where they are many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ')
  return names.length > 12 ? `${shown}, … (${names.length} in all)` : shown
}

function whereIs({ line, unit = 'line', column, columnName }: CellPlace): string {
  const place = `column ${column + 1}`
  const named = columnName === undefined ? place : `${place} "${columnName}"`
  return line > 0 ? `${unit} ${line}, ${named}` : named
}

function counted(cells: number): string {
  return cells === 1 ? '1 cell' : `${cells} cells`
}

function quoted(cell: string): string {
  const text = cell.trim().replaceAll('\n', '\\n')
  return text.length > 60 ? `"${text.slice(0, 60)}…"` : `"${text}"`
}
