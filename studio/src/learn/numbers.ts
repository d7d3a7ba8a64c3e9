/** Numbers as the studio shows them. */
import type { NestedArray } from 'sluice'

/** Three significant digits, a real minus sign, no trailing zeros: `−0.0303`, `1.2e−7`. */
export function shortNumber(number: number): string {
  if (!Number.isFinite(number)) return String(number).replace('-', '−').replace('Infinity', '∞')
  const rounded = Number(number.toPrecision(3))
  const size = Math.abs(rounded)
  const text =
    size !== 0 && (size >= 1e6 || size < 1e-4) ? rounded.toExponential() : String(rounded)
  return text.replaceAll('-', '−').replace('e+', 'e')
}

/** All digits, as a pointer that rests on a number is told. */
export function fullNumber(number: number): string {
  return String(number).replaceAll('-', '−')
}

/** The rows of a tensor of up to two axes; of more, all but the last axis one after the other. */
export function rowsOf(value: NestedArray): readonly (readonly number[])[] {
  if (!Array.isArray(value)) return [[Number(value)]]
  if (value.length === 0) return []
  const isRow = value.every((one) => !Array.isArray(one))
  return isRow ? [value.map(Number)] : value.flatMap((one) => rowsOf(one))
}

/** All elements, row-major. */
export function numbersOf(value: NestedArray): readonly number[] {
  return rowsOf(value).flat()
}

export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join(' × ')
}

/** The place of an element, counted from 1: `row 2, column 3`; of a scalar nothing. */
export function placeText(element: number, shape: readonly number[]): string {
  const place = placeOf(element, shape).map((index) => index + 1)
  if (place.length === 0) return ''
  if (place.length === 1) return `element ${place[0]}`
  if (place.length === 2) return `row ${place[0]}, column ${place[1]}`
  return `element [${place.join(', ')}]`
}

function placeOf(element: number, shape: readonly number[]): readonly number[] {
  let rest = element
  return shape
    .toReversed()
    .map((size) => {
      const index = rest % size
      rest = Math.floor(rest / size)
      return index
    })
    .toReversed()
}

/**
 * What someone typed as a number: `−0.5`, `-.5`, `1/3`, `0,25`, `2e-3`, `∞`; undefined where it is
 * none.
 */
export function readNumber(typed: string): number | undefined {
  const text = typed
    .trim()
    .replace(/[−–]/g, '-')
    .replace(/\s+/g, '')
    .replace(/(\d),(\d)/, '$1.$2')
    .replace(/^([-+]?),(\d)/, '$10.$2')
  if (/^nan$/i.test(text)) return Number.NaN
  if (/^[-+]?(∞|inf(inity)?)$/i.test(text)) {
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  const [over, under, ...more] = text.split('/')
  const parts = [over, under].filter((part) => part !== undefined)
  const isNumber = (part: string) => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(part)
  if (more.length > 0 || !parts.every(isNumber)) return undefined
  const value = under === undefined ? Number(over) : Number(over) / Number(under)
  return value
}

/** Whether a typed number is the one that is asked for: to one unit of its third digit. */
export function isNear(typed: number, asked: number): boolean {
  if (!Number.isFinite(asked) || !Number.isFinite(typed)) return Object.is(typed, asked)
  if (asked === 0) return Math.abs(typed) < 1e-9
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(asked))) - 2)
  // What is typed is decimal: 1e-9 of it is rounding.
  return Math.abs(typed - asked) <= unit * (1 + 1e-9)
}
