/** Reading and adding elements at places that other elements name. */
import { type DType, dtypes, type TypedArray } from '../ir/dtype.ts'
import { type Shape, sizeOf, stridesOf } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'

/** out[i, j, …] = x[…, index[i, j, …] at `axis`, …]; out has index's shape. */
export function gatherElements(x: Tensor, index: Tensor, axis: number): TypedArray {
  const out = dtypes[x.dtype].allocate(sizeOf(index.shape))
  forEachTarget(x.shape, index, axis, (at, place) => {
    out[at] = x.data[place] as never // one dtype on both sides
  })
  return out
}

/** A copy of x with source[i, j, …] added at […, index[i, j, …] at `axis`, …], in source's order. */
export function scatterAddElements(
  x: Tensor,
  index: Tensor,
  source: Tensor,
  axis: number,
): TypedArray {
  // Sums are kept in f64 and rounded once, as everywhere in the reference.
  const totals = Float64Array.from(x.data as Float64Array)
  forEachTarget(x.shape, index, axis, (at, place) => {
    totals[place] = (totals[place] as number) + Number(source.data[at])
  })
  return copyInto(x.dtype, totals)
}

/** A copy of x with source[i, j, …] put at […, index[i, j, …] at `axis`, …]: the last one stays. */
export function scatterElements(
  x: Tensor,
  index: Tensor,
  source: Tensor,
  axis: number,
): TypedArray {
  const out = x.data.slice()
  forEachTarget(x.shape, index, axis, (at, place) => {
    out[place] = source.data[at] as never // one dtype on both sides
  })
  return out
}

function copyInto(dtype: DType, numbers: Float64Array): TypedArray {
  const out = dtypes[dtype].allocate(numbers.length)
  for (let i = 0; i < numbers.length; i++) out[i] = numbers[i] as never // a compute dtype
  return out
}

function forEachTarget(
  shape: Shape,
  index: Tensor,
  axis: number,
  visit: (at: number, place: number) => void,
): void {
  const strides = stridesOf(shape)
  const own = stridesOf(index.shape)
  const count = sizeOf(index.shape)
  for (let at = 0; at < count; at++) {
    let place = Number(index.data[at]) * (strides[axis] ?? 1)
    let rest = at
    for (let a = 0; a < index.shape.length; a++) {
      const stride = own[a] ?? 1
      if (a !== axis) place += Math.floor(rest / stride) * (strides[a] ?? 1)
      rest %= stride
    }
    visit(at, place)
  }
}
