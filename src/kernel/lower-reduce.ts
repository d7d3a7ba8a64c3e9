import { internalError } from '../errors.ts'
import type { ComputeDType } from '../ir/dtype.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { accessOf, BodyBuilder } from './body.ts'
import type { Lowering, Operand } from './lowering.ts'

/** A reduction: points are the kept axes, and a stage walks the others. */
export function lowerReduce(
  lowering: Lowering,
  { gate, attributes, type }: Value,
  inputs: readonly Operand[],
  name: string | undefined,
): Operand {
  const [x] = inputs
  if (!x || gate.meaning.kind !== 'reduce')
    throw internalError(`lower: ${gate.name} is no reduction`)
  const { combine } = gate.meaning
  const axes = attributes.axes as readonly number[] // every reduction has them
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
  const pick = (list: readonly number[], from: readonly number[]) =>
    from.map((axis) => list[axis] ?? 1)
  const walked = new BodyBuilder()
  const turned = (list: readonly number[]) => [...pick(list, kept), ...pick(list, axes)]
  const order = { ...x, shape: turned(x.shape), strides: turned(x.strides) }
  const element = lowering.element(walked, order)
  const dtype: ComputeDType = combine === 'argmax' ? 'i32' : element.dtype
  const total = walked.add({ id: walked.next(), op: 'reduce', dtype, combine, x: element.id })
  const given = new BodyBuilder(walked)
  const out = lowering.temporary(type, name)
  // Axes that were kept with size 1 have no loop.
  const points = pick(x.shape, kept)
  const place = sizeOf(points) === sizeOf(type.shape) ? lowering.whole(out.buffer, points) : out
  given.store(accessOf(place), total, type.dtype)
  lowering.push({
    kind: 'nest',
    points,
    stages: [
      { extents: pick(x.shape, axes), body: walked.operations },
      { extents: [], body: given.operations },
    ],
    gates: lowering.gates,
  })
  return out
}
