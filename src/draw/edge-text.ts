/** What is written at an edge: the forward value above it, the gradient below. */
import { formatShape } from '../ir/shape.ts'
import { lineRow, type Row } from './block.ts'
import type { DiagramEdge, NumberText } from './diagram.ts'
import type { TextClass } from './scene.ts'

export interface EdgeText {
  readonly above: readonly Row[]
  readonly below: readonly Row[]
}

export function edgeText(edge: DiagramEdge, withShapes: boolean): EdgeText {
  const { name, shape, value, gradient, gradientName, closeUp } = edge
  const shapeText =
    withShapes && name !== undefined && shape && shape.length > 0 ? formatShape(shape) : undefined
  const first = [
    ...(name === undefined ? [] : [{ text: name, class: 'name' as const }]),
    ...(shapeText === undefined ? [] : [{ text: shapeText, class: 'shape' as const }]),
  ]
  const above = [
    ...(first.length > 0 ? [lineRow(...first)] : []),
    ...numberRows(value, closeUp ? 'given' : 'forward'),
  ]
  const local = closeUp?.local
  const below = [
    ...(local === undefined ? [] : [lineRow({ text: local, class: 'local' })]),
    ...numberRows(closeUp?.localValue, 'local'),
    ...(closeUp?.product === undefined
      ? [...gradientLine(gradientName), ...numberRows(gradient, 'gradient')]
      : [...gradientLine(closeUp.product), ...gridAlone(gradient)]),
  ]
  return { above, below }
}

function gradientLine(text: string | undefined): readonly Row[] {
  return text === undefined ? [] : [lineRow({ text, class: 'gradient' })]
}

function numberRows(number: NumberText | undefined, kind: TextClass): readonly Row[] {
  if (!number) return []
  const { cells, text } = number
  if (!cells) return [lineRow({ text, class: kind })]
  const isScalar = cells.length === 1 && cells[0]?.length === 1 && !text.startsWith('[')
  return [{ kind: 'grid', cells, class: kind, isBracketed: !isScalar }]
}

/** The numbers of a tensor; those of a scalar stand in the product already. */
function gridAlone(number: NumberText | undefined): readonly Row[] {
  const isScalar = number?.cells?.length === 1 && number.cells[0]?.length === 1
  return isScalar ? [] : numberRows(number, 'gradient')
}
