/** Elements that do not lie row by row: as strides say, or in Fortran's order. */
import { dtypes } from '../ir/dtype.ts'
import type { Shape } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import { bytesOf } from './elements.ts'

/** Where elements lie; offset and strides count elements. */
export interface Strided {
  readonly shape: Shape
  readonly strides: readonly number[]
  readonly offset: number
}

/** Strides of elements that lie row by row. */
function rowStrides(shape: Shape): readonly number[] {
  const strides: number[] = []
  let step = 1
  for (const size of shape.toReversed()) {
    strides.unshift(step)
    step *= size
  }
  return strides
}

/** Strides of elements that lie column by column, as in Fortran. */
export function columnStrides(shape: Shape): readonly number[] {
  return rowStrides(shape.toReversed()).toReversed()
}

/** Whether elements lie row by row without gaps. */
export function isContiguous({ shape, strides }: Strided): boolean {
  const wanted = rowStrides(shape)
  return shape.every((size, axis) => size === 1 || strides[axis] === wanted[axis])
}

/** Copies elements of `sizeBytes` each, row by row, until `target` is full. */
export function copyRows(
  from: Uint8Array,
  view: Strided,
  sizeBytes: number,
  target: Uint8Array,
): void {
  const { shape, strides, offset } = view
  if (target.length === 0) return
  if (isContiguous(view)) {
    const begin = offset * sizeBytes
    target.set(from.subarray(begin, begin + target.length))
    return
  }
  const outer = shape.slice(0, -1)
  const [length = 1, step = 0] = [shape.at(-1), strides.at(-1)]
  const place = outer.map(() => 0)
  let source = offset * sizeBytes
  for (let at = 0; at < target.length; ) {
    for (let index = 0; index < length; index++) {
      const begin = source + index * step * sizeBytes
      for (let byte = 0; byte < sizeBytes; byte++) target[at++] = from[begin + byte] ?? 0
    }
    // One row on: the last axis turns first, and each that is through begins again.
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      const [size = 0, stride = 0] = [outer[axis], strides[axis]]
      const next = (place[axis] ?? 0) + 1
      source += stride * sizeBytes
      place[axis] = next < size ? next : 0
      if (next < size) break
      source -= size * stride * sizeBytes
    }
  }
}

/** The tensor with its axes in another order: axis i of the result is axis `axes[i]`. */
export function withAxes(tensor: Tensor, axes: readonly number[]): Tensor {
  const { dtype } = tensor
  const own = rowStrides(tensor.shape)
  const shape = axes.map((axis) => tensor.shape[axis] ?? 1)
  const strides = axes.map((axis) => own[axis] ?? 0)
  const data = dtypes[dtype].allocate(tensor.data.length)
  copyRows(
    bytesOf(tensor.data),
    { shape, strides, offset: 0 },
    dtypes[dtype].sizeBytes,
    bytesOf(data),
  )
  return { shape, dtype, data }
}
