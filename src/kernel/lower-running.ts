import { internalError } from '../errors.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { alongAxis } from './body.ts'
import type { Lowering, Operand } from './lowering.ts'
import { loadedDType } from './routine.ts'

/** Results along an axis, each of an element and all before it. */
export function lowerRunning(
  lowering: Lowering,
  { gate, attributes, type }: Value,
  [x, factor]: readonly Operand[],
  name: string | undefined,
): Operand {
  if (!x || gate.meaning.kind !== 'running') throw internalError(`lower: ${gate.name} has no x`)
  const axis = Number(attributes.axis)
  const out = lowering.temporary(type, name)
  if (sizeOf(type.shape) === 0) return out
  lowering.push({
    kind: 'running',
    dtype: loadedDType(type.dtype),
    combine: gate.meaning.combine,
    points: type.shape.toSpliced(axis, 1),
    length: type.shape[axis] ?? 1,
    source: alongAxis(x, axis),
    factor: factor && alongAxis(factor, axis),
    target: alongAxis(out, axis),
    gates: lowering.gates,
  })
  return out
}
