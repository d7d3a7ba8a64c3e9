/** What is written at an edge as lines of text, for writers that measure nothing. */
import { formatShape } from '../ir/shape.ts'
import type { DiagramEdge, DiagramNode, NumberText } from './diagram.ts'

/** Name, shape on request, and the value that flows forward. */
export function forwardLines(edge: DiagramEdge, withShapes: boolean): readonly string[] {
  const { name, shape, value } = edge
  const isShaped = withShapes && name !== undefined && shape !== undefined && shape.length > 0
  const first = [...(name === undefined ? [] : [name]), ...(isShaped ? [formatShape(shape)] : [])]
  return [...(first.length > 0 ? [first.join(' ')] : []), ...numberLines(value)]
}

/** The gradient that comes back: in a close-up the local one and the product too. */
export function gradientLines({ gradientName, gradient, closeUp }: DiagramEdge): readonly string[] {
  const { local, localValue, product } = closeUp ?? {}
  const isScalar = gradient?.cells?.length === 1 && gradient.cells[0]?.length === 1
  const result = product ?? gradientName
  return [
    ...(local === undefined ? [] : [local]),
    ...numberLines(localValue),
    ...(result === undefined ? [] : [result]),
    // The product ends with the number already.
    ...(product !== undefined && isScalar ? [] : numberLines(gradient)),
  ]
}

/** What stands in a node: its label, and under it its detail or, on request, its shape. */
export function nodeLines(node: DiagramNode, withShapes: boolean): readonly string[] {
  const { label, times, detail, shape } = node
  const second =
    detail ?? (withShapes && shape && shape.length > 0 ? formatShape(shape) : undefined)
  return [
    times === undefined ? label : `${label} ×${times}`,
    ...(second === undefined ? [] : [second]),
  ]
}

function numberLines(number: NumberText | undefined): readonly string[] {
  if (!number) return []
  const { cells, text } = number
  if (!cells || cells.length === 1) return [text]
  return cells.map((row) => `[${row.join(', ')}]`)
}
