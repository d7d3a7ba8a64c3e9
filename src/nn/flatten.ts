import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { formatShape, normalizeAxis, type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { type Layer, plainLayer } from './layer.ts'

/**
 * The axes from `startAxis` to `endAxis` as one: by default each example as one row, from images to
 * what `linear` takes.
 *
 * Shapes: x [n, ...rest] → [n, elements of rest].
 * Throws, when it is called: ATTRIBUTE for axes that are not there or stand the other way round.
 * Source: PyTorch `torch.nn.Flatten`.
 *
 * @example
 * flatten(0, 1)(x) // [2, 3, 4] → [6, 4]
 */
export function flatten(startAxis = 1, endAxis = -1): Layer {
  const isDefault = startAxis === 1 && endAxis === -1
  const description = isDefault ? 'flatten' : `flatten(${startAxis}, ${endAxis})`
  return plainLayer(description, (x) => {
    const { shape } = x
    const first = normalizeAxis(startAxis, shape.length, 'flatten')
    const last = normalizeAxis(endAxis, shape.length, 'flatten')
    if (last < first) throw turnedRound(startAxis, endAxis)
    const size = sizeOf(shape.slice(first, last + 1))
    return gates.reshape(x, [...shape.slice(0, first), size, ...shape.slice(last + 1)])
  })
}

/**
 * One axis as several: what `flatten` was given, from what it gave. One of the sizes may be −1, for
 * what the others leave.
 *
 * Shapes: x [..., size, ...] → [..., ...sizes, ...].
 * Throws, when it is called: SHAPE where the sizes do not make up the axis.
 * Source: PyTorch `torch.nn.Unflatten`.
 *
 * @example
 * unflatten(1, [8, 7, 7])(x) // [n, 392] → [n, 8, 7, 7]
 */
export function unflatten(axis: number, sizes: Shape): Layer {
  const own = [...sizes]
  return plainLayer(`unflatten(${axis}, ${formatShape(own)})`, (x) => {
    const at = normalizeAxis(axis, x.shape.length, 'unflatten')
    return gates.reshape(x, x.shape.toSpliced(at, 1, ...completed(own, x, at)))
  })
}

/** The sizes, with what is left in the place of −1. */
function completed(sizes: Shape, x: Value, axis: number): Shape {
  const whole = x.shape[axis] ?? 0
  const open = sizes.indexOf(-1)
  const known = sizeOf(sizes.filter((_, index) => index !== open))
  const all = open < 0 ? sizes : sizes.with(open, whole / known)
  if (all.every((size) => Number.isInteger(size) && size >= 0) && sizeOf(all) === whole) return all
  throw new SluiceError({
    code: 'SHAPE',
    what: 'unflatten: the sizes do not make up the axis',
    expected: `sizes whose product is ${whole}`,
    got: formatShape(sizes),
    fix: 'give sizes that multiply to the axis; one of them may be -1',
  })
}

function turnedRound(startAxis: number, endAxis: number): SluiceError {
  return new SluiceError({
    code: 'ATTRIBUTE',
    what: 'flatten: the last axis stands before the first',
    expected: 'startAxis, then an endAxis that is no less',
    got: `${startAxis} and ${endAxis}`,
    fix: 'turn them round',
  })
}
