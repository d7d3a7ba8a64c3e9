/** Reductions over some axes. Sums are kept in f64 and rounded once. */
import { type ComputeDType, dtypes } from '../ir/dtype.ts'
import { type Shape, sizeOf, stridesOf } from '../ir/shape.ts'
import type { WorkingArray } from './element.ts'

export type Combine = 'sum' | 'prod' | 'max' | 'min' | 'argmax'

/** `data` of `shape`, combined over `axes`; the kept axes stay in order. */
export function reduceArray(
  data: WorkingArray,
  shape: Shape,
  axes: readonly number[],
  combine: Combine,
  dtype: ComputeDType,
): WorkingArray {
  const strides = stridesOf(shape)
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
  const outer = offsets(kept, shape, strides)
  const inner = offsets(axes, shape, strides)
  const out = dtypes[dtype].allocate(outer.length) as WorkingArray // no BigInt compute dtype
  const fold = folds[combine]
  for (let o = 0; o < outer.length; o++) out[o] = fold(data, outer[o] as number, inner)
  return out
}

type Fold = (data: WorkingArray, start: number, inner: Int32Array) => number

const folds: { readonly [C in Combine]: Fold } = {
  sum: (data, start, inner) => {
    let total = 0
    for (let k = 0; k < inner.length; k++) total += data[start + (inner[k] as number)] as number
    return total
  },
  prod: (data, start, inner) => {
    const isFloat = data instanceof Float32Array || data instanceof Float64Array
    let product = 1
    for (let k = 0; k < inner.length; k++) {
      const x = data[start + (inner[k] as number)] as number
      product = isFloat ? product * x : Math.imul(product, x)
    }
    return product
  },
  max: (data, start, inner) => data[start + best(data, start, inner, 1)] as number,
  min: (data, start, inner) => data[start + best(data, start, inner, -1)] as number,
  argmax: (data, start, inner) => {
    const at = best(data, start, inner, 1)
    return inner.indexOf(at)
  },
}

/** The inner offset of the first largest (sign 1) or smallest element; a NaN wins, as in NumPy. */
function best(data: WorkingArray, start: number, inner: Int32Array, sign: 1 | -1): number {
  let at = inner[0] as number
  let winner = data[start + at] as number
  for (let k = 1; k < inner.length && !Number.isNaN(winner); k++) {
    const x = data[start + (inner[k] as number)] as number
    if (sign * x > sign * winner || Number.isNaN(x)) {
      winner = x
      at = inner[k] as number
    }
  }
  return at
}

/** The offset of every index of the named axes, row-major. */
function offsets(axes: readonly number[], shape: Shape, strides: readonly number[]): Int32Array {
  const sizes = axes.map((axis) => shape[axis] ?? 1)
  const result = new Int32Array(sizeOf(sizes))
  const index = new Int32Array(axes.length)
  let offset = 0
  for (let i = 0; i < result.length; i++) {
    result[i] = offset
    for (let a = axes.length - 1; a >= 0; a--) {
      const stride = strides[axes[a] as number] as number
      index[a] = (index[a] as number) + 1
      offset += stride
      if ((index[a] as number) < (sizes[a] as number)) break
      offset -= stride * (sizes[a] as number)
      index[a] = 0
    }
  }
  return result
}
