/** How a row of numbers becomes what the input of an ONNX file is. */
import { type Shape, sizeOf } from '../ir/shape.ts'
import type { OnnxPort } from '../onnx/index.ts'

/**
 * The axes of an example of `count` numbers; one that the file leaves open takes what there is.
 * Undefined where they do not fit, or more than one is open.
 */
export function exampleShapeFor({ axes = [] }: OnnxPort, count: number): Shape | undefined {
  const rest = axes.slice(1)
  const known = sizeOf(rest.map((axis) => (typeof axis === 'number' ? axis : 1)))
  const open = rest.filter((axis) => typeof axis === 'string').length
  if (open > 1 || count % known !== 0 || (open === 0 && count !== known)) return undefined
  return rest.map((axis) => (typeof axis === 'number' ? axis : count / known))
}
