import { SluiceError } from '../errors.ts'

/**
 * Rows of numbers from lines of text, separated by commas; empty lines are left out.
 * Throws DATA, naming the line, where one has another number of columns or what is no number.
 */
export function parseNumberRows(
  text: string,
  { columns, name }: { readonly columns: number; readonly name: string },
): readonly (readonly number[])[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return []
    const cells = line.split(',')
    const row = cells.map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell)))
    const bad = row.findIndex((number) => Number.isNaN(number))
    if (row.length === columns && bad < 0) return [row]
    throw new SluiceError({
      code: 'DATA',
      what: `${name}: line ${index + 1} is not a row of ${columns} numbers`,
      where: `line ${index + 1}`,
      expected: `${columns} numbers, separated by commas`,
      got: bad < 0 ? `${row.length} numbers` : `"${cells[bad]}" in column ${bad + 1}`,
      fix: 'the file is damaged: restore it',
    })
  })
}
