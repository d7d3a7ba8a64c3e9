/** Columns, line breaks and tensors for a terminal of some width. */
import { formatShape, sizeOf } from '../ir/shape.ts'
import { formatNumber, formatTensor, numberAt, type Tensor } from '../ir/tensor.ts'

export interface Layout {
  /** Columns of a line. */
  readonly width: number
  /** Significant digits of numbers. */
  readonly digits: number
}

/** How many columns a text takes; combining marks take none. */
function widthOf(text: string): number {
  return [...text.replace(/\p{M}/gu, '')].length
}

/** The text with spaces up to a width. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** The widest of some texts. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, widthOf(text)), 0)
}

/**
 * After a space, but not after a plus, within a shape, or within or before `(via F1, b)`. It looks
 * back only so far: in a list of ten thousand names each would look through all before it.
 */
const breaks = /(?<= )(?<!\+ )(?<!\[[\d, ]{0,99})(?<!\((?:via |in )[^)]{0,99})(?!\((?:via|in) )/

/** The text in lines that fit, broken at spaces; lines after the first are indented by `hanging`. */
export function wrap(text: string, layout: Layout, indent: number, hanging: number): string[] {
  return fillLines(' '.repeat(indent), text.split(breaks), ' '.repeat(hanging), layout)
}

/** A label and the numbers of a tensor, long ones shortened, broken between rows. */
export function tensorLines(label: string, tensor: Tensor, layout: Layout): string[] {
  const numbers = numbersText(tensor, layout.digits)
  const hanging = ' '.repeat(Math.min(widthOf(label), Math.floor(layout.width / 2)))
  const room = layout.width - widthOf(hanging)
  const rows = numbers
    .split(/(?<=\], )/)
    .flatMap((row) => (widthOf(row) <= room ? [row] : row.split(/(?<=, )/)))
  return fillLines(label, rows, hanging, layout)
}

function numbersText(tensor: Tensor, digits: number): string {
  const { shape, dtype, data } = tensor
  const first = data[0]
  const isUniform = Array.prototype.every.call(data, (element) => Object.is(element, first))
  if (sizeOf(shape) > 1 && isUniform) return `all ${formatNumber(numberAt(tensor, 0), digits)}`
  return formatTensor(tensor, digits).slice(`${dtype}${formatShape(shape)} `.length)
}

/** Pieces one after the other, a new line where the next does not fit. */
function fillLines(
  label: string,
  pieces: readonly string[],
  hanging: string,
  { width }: Layout,
): string[] {
  const lines: string[] = []
  let line = label
  // After a long label the numbers may begin on a line of their own.
  let isEmpty = widthOf(label) <= widthOf(hanging)
  for (const piece of pieces) {
    if (!isEmpty && widthOf(line) + widthOf(piece.trimEnd()) > width) {
      lines.push(line.trimEnd())
      line = hanging
    }
    line += piece
    isEmpty = false
  }
  return [...lines, line.trimEnd()]
}
