import { internalError } from '../errors.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { alongAxis } from './body.ts'
import type { Lowering, Operand } from './lowering.ts'
import { loadedDType } from './routine.ts'

interface SortCall {
  readonly inputs: readonly Operand[]
  readonly name: string | undefined
  /** Whether anyone reads the output of that index. */
  readonly isRead: (index: number) => boolean
}

/** Elements in order along an axis, and where they stood: what no one reads has no place. */
export function lowerSort(
  lowering: Lowering,
  { gate, attributes, outputTypes }: Value,
  { inputs, name, isRead }: SortCall,
): readonly (Operand | undefined)[] {
  const [x] = inputs
  const [values, indices] = outputTypes
  if (!x || !values || !indices) throw internalError(`lower: ${gate.name} is no sort`)
  const axis = Number(attributes.axis)
  const outputs = [values, indices].map((type, index) =>
    isRead(index) ? lowering.temporary(type, index === 0 ? name : undefined) : undefined,
  )
  if (sizeOf(values.shape) === 0 || !outputs.some((one) => one)) return outputs
  const [ordered, places] = outputs
  lowering.push({
    kind: 'sort',
    dtype: loadedDType(values.dtype),
    isDescending: attributes.descending === true,
    points: x.shape.toSpliced(axis, 1),
    length: x.shape[axis] ?? 1,
    count: values.shape[axis] ?? 1,
    source: alongAxis(x, axis),
    values: ordered && alongAxis(ordered, axis),
    indices: places && alongAxis(places, axis),
    gates: lowering.gates,
  })
  return outputs
}
