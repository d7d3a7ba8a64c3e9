/** The element types of ONNX that hold what our dtypes hold. */
import { internalError } from '../../errors.ts'
import type { DType } from '../../ir/dtype.ts'
import { type ElementType, elementTypes } from '../element-type.ts'

const byDType = new Map(
  Object.entries(elementTypes).map(([name, { stored, number }]) => [
    stored,
    { name: name as ElementType, number }, // a key of the table
  ]),
)

/** The element type that holds exactly the numbers of a dtype, and its number in a file. */
export function elementTypeFor(dtype: DType): {
  readonly name: ElementType
  readonly number: number
} {
  const found = byDType.get(dtype)
  if (!found) throw internalError(`onnx: no element type for ${dtype}`)
  return found
}
