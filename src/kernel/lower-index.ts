import { internalError } from '../errors.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { accessOf, BodyBuilder } from './body.ts'
import type { Lowering, Operand } from './lowering.ts'
import { loadedDType } from './routine.ts'

/** Reads at places that other elements name. */
export function lowerGather(
  lowering: Lowering,
  { attributes, type }: Value,
  [x, index]: readonly Operand[],
  name: string | undefined,
): Operand {
  if (!x || !index) throw internalError('lower: gather takes two operands')
  const axis = Number(attributes.axis)
  const body = new BodyBuilder()
  const place = body.load(accessOf(index), index.dtype)
  const element = body.add({
    id: body.next(),
    op: 'load',
    dtype: loadedDType(x.dtype),
    stored: x.dtype,
    access: { ...accessOf(x), strides: without(x.strides, axis) },
    at: { index: place.id, stride: x.strides[axis] ?? 0, length: x.shape[axis] ?? 0 },
  })
  const out = lowering.temporary(type, name)
  body.store(accessOf(out), element, type.dtype)
  lowering.nest(type.shape, body)
  return out
}

/** Adds or puts elements at places that other elements name, onto a copy of x. */
export function lowerScatter(
  lowering: Lowering,
  { gate, attributes, type }: Value,
  [x, index, source]: readonly Operand[],
  name: string | undefined,
): Operand {
  if (!x || !index || !source || gate.meaning.kind !== 'index') {
    throw internalError(`lower: ${gate.name} takes three operands`)
  }
  const axis = Number(attributes.axis)
  const out = lowering.temporary(type, name)
  lowering.copy(x, out)
  if (sizeOf(index.shape) === 0) return out
  lowering.push({
    kind: 'scatter',
    dtype: loadedDType(type.dtype),
    combine: gate.meaning.form === 'scatter' ? 'set' : 'add',
    extents: index.shape,
    index: accessOf(index),
    source: accessOf(source),
    target: { ...accessOf(out), strides: without(out.strides, axis) },
    stride: out.strides[axis] ?? 0,
    length: x.shape[axis] ?? 0,
    gates: lowering.gates,
  })
  return out
}

/** The strides with none on one axis. */
function without(strides: readonly number[], axis: number): readonly number[] {
  return strides.map((stride, at) => (at === axis ? 0 : stride))
}
