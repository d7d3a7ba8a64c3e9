/** What a cell of a table says: nothing, a number, or a text. */

/** Between the whole and the fraction of a number. */
export type Decimal = '.' | ','

/** What people and programs write where a value is missing. */
const missingMarks: ReadonlySet<string> = new Set([
  '',
  '?',
  'NA',
  'N/A',
  'n/a',
  'NaN',
  'nan',
  'NAN',
  'null',
  'NULL',
  'None',
])

export function isMissing(cell: string): boolean {
  return missingMarks.has(cell.trim())
}

const withComma = /^\s*[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?\s*$/i

/**
 * The number of a cell, NaN where it is none: decimal, with an exponent or without, ±Infinity
 * where it says so. Neither thousands marks nor units are taken for part of a number.
 */
export function readNumber(cell: string, decimal: Decimal): number {
  if (decimal === ',') return withComma.test(cell) ? Number(cell.replace(',', '.')) : Number.NaN
  const number = Number(cell)
  if (number === 0) return isDecimal(cell) ? number : Number.NaN // a blank is 0 to `Number`
  if (Number.isNaN(number)) return infinityOf(cell)
  return isDecimal(cell) ? number : Number.NaN
}

/** `Number` takes 0x1f, 0b1 and 0o7 as well, which no table means. */
function isDecimal(cell: string): boolean {
  const isPlain = cell.charCodeAt(0) > 0x20 && cell.charCodeAt(1) < 0x3a // the usual cell
  return isPlain || (cell.trim() !== '' && !/^\s*[+-]?0[xob]/i.test(cell))
}

function infinityOf(cell: string): number {
  const found = /^\s*([+-]?)inf(inity)?\s*$/i.exec(cell)
  if (!found) return Number.NaN
  return found[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}
