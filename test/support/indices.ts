/** Walks over the indices of some axes. */
import { internalError } from '../../src/errors.ts'

/** Calls `visit` at every index below `extents`, row-major; once, with none, for no axes. */
export function forEachIndex(
  extents: readonly number[],
  visit: (index: readonly number[]) => void,
  outer: readonly number[] = [],
): void {
  const [extent, ...inner] = extents
  if (extent === undefined) visit(outer)
  else for (let i = 0; i < extent; i++) forEachIndex(inner, visit, [...outer, i])
}

/** offset + Σ strides · index. Throws: INTERNAL where their numbers differ. */
export function placeOf(
  strides: readonly number[],
  index: readonly number[],
  offset: number,
): number {
  if (strides.length !== index.length) {
    throw internalError(`run-routine: ${strides.length} strides for ${index.length} axes`)
  }
  return strides.reduce((sum, stride, axis) => sum + stride * (index[axis] ?? 0), offset)
}

/** Where an access goes for every index below `extents`, relative to its offset. */
export function placesOf(strides: readonly number[], extents: readonly number[]): number[] {
  const places: number[] = []
  forEachIndex(extents, (index) => places.push(placeOf(strides, index, 0)))
  return places
}
