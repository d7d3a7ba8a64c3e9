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

export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join(' × ')
}
