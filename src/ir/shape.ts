/** Shapes at run time: sizes, strides, axes and broadcasting. Their types are in shape-type.ts. */
import { SluiceError } from '../errors.ts'

export type Shape = readonly number[]

/** Bounds a `const` type parameter so that a shape in brackets is typed [4, 2], not readonly [4, 2]. */
export type ShapeArgument = number[] | Shape

/** The number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1
  for (const length of shape) size *= length
  return size
}

/** Row-major strides, in elements: [12, 4, 1] for [2, 3, 4]. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis] ?? 1
  }
  return strides
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false
  return true
}

/** `[4, 3]`, as errors, printed IR and explanations write shapes. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/** The axis counted from the front. Throws ATTRIBUTE when a shape of that rank has no such axis. */
export function normalizeAxis(axis: number, rank: number, gate: string): number {
  const normal = axis < 0 ? axis + rank : axis
  if (Number.isInteger(axis) && normal >= 0 && normal < rank) return normal
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: `${gate}: there is no axis ${axis}`,
    expected: rank === 0 ? 'no axis: a scalar has none' : `an axis from ${-rank} to ${rank - 1}`,
    got: `axis ${axis} of a value with ${rank} ${rank === 1 ? 'axis' : 'axes'}`,
    fix: 'count axes from 0, or from the end with -1',
  })
}

/**
 * Axes counted from the front, ascending; all of them where none are given.
 * Throws ATTRIBUTE for an axis that is not there or is named twice.
 */
export function normalizeAxes(
  axis: number | readonly number[] | undefined,
  rank: number,
  gate: string,
): number[] {
  if (axis === undefined) return Array.from({ length: rank }, (_, index) => index)
  const axes = (typeof axis === 'number' ? [axis] : [...axis])
    .map((one) => normalizeAxis(one, rank, gate))
    .sort((a, b) => a - b)
  const repeated = axes.find((one, index) => axes[index + 1] === one)
  if (repeated === undefined) return axes
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: `${gate}: axis ${repeated} is named twice`,
    expected: 'each axis at most once',
    got: `axes ${formatShape(typeof axis === 'number' ? [axis] : axis)}`,
    fix: 'name it once; -1 and the last axis are the same',
  })
}

/** The shape that two shapes meet in by NumPy's rule, or the two sizes that cannot meet. */
export function broadcastShapes(a: Shape, b: Shape): Shape | { readonly clash: [number, number] } {
  if (sameShape(a, b)) return a
  const rank = Math.max(a.length, b.length)
  const shape = new Array<number>(rank)
  for (let fromEnd = 1; fromEnd <= rank; fromEnd++) {
    const left = a[a.length - fromEnd] ?? 1
    const right = b[b.length - fromEnd] ?? 1
    if (left !== right && left !== 1 && right !== 1) return { clash: [left, right] }
    shape[rank - fromEnd] = left === 1 ? right : left
  }
  return shape
}

/** Throws SHAPE unless every size is a whole number that is not negative. */
export function checkShape(shape: Shape, gate: string): void {
  if (!Array.isArray(shape)) {
    throw new SluiceError({
      code: 'SHAPE',
      what: `${gate}: a shape is missing`,
      expected: 'a list of sizes, such as [4, 2], or [] for a scalar',
      got: shape === null ? 'null' : typeof shape,
      fix: 'give the shape after the name',
    })
  }
  const index = shape.findIndex((length) => !Number.isSafeInteger(length) || length < 0)
  if (index < 0) return
  throw new SluiceError({
    code: 'SHAPE',
    what: `${gate}: a size is not a whole number`,
    expected: 'whole numbers, 0 or more',
    got: `[${shape.map(String).join(', ')}]: size ${shape[index]} at axis ${index}`,
    fix: 'give every axis its size; where each run decides one, compile a builder with { inputs }',
  })
}
