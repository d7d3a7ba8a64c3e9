/** Elements in order along an axis, and where they stood. */
import { internalError } from '../errors.ts'
import { dtypes } from '../ir/dtype.ts'
import { sizeOf, stridesOf } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'

/** The two outputs of a sort: the first elements in its order, and their places. */
export function sortTensor(
  { gate, attributes, type }: Value,
  [x]: readonly Tensor[],
): readonly [Tensor, Tensor] {
  if (!x) throw internalError(`interpret: ${gate.name} has no operand`)
  const { shape } = type
  const axis = Number(attributes.axis)
  const [length, count] = [x.shape[axis] ?? 1, shape[axis] ?? 1]
  const stride = stridesOf(x.shape)[axis] ?? 1
  const values = dtypes[x.dtype].allocate(sizeOf(shape))
  const indices = new Int32Array(values.length)
  const rows = x.data.length === 0 ? 0 : x.data.length / length
  for (let row = 0; row < rows; row++) {
    const [outer, inner] = [Math.floor(row / stride), row % stride]
    const from = outer * length * stride + inner
    const to = outer * count * stride + inner
    const numbers = Array.from({ length }, (_, k) => Number(x.data[from + k * stride]))
    const places = placesInOrder(numbers, attributes.descending === true)
    for (let k = 0; k < count; k++) {
      const place = places[k] ?? 0
      values[to + k * stride] = x.data[from + place * stride] as never // of one dtype
      indices[to + k * stride] = place
    }
  }
  return [
    { shape, dtype: x.dtype, data: values },
    { shape, dtype: 'i32', data: indices },
  ]
}

/** Where the numbers stand that come first, second …: equals in their order, NaN as the largest. */
export function placesInOrder(numbers: readonly number[], isDescending: boolean): number[] {
  const ascending = (a: number, b: number): number =>
    Number.isNaN(a) || Number.isNaN(b)
      ? Number(Number.isNaN(a)) - Number(Number.isNaN(b))
      : Number(a > b) - Number(a < b)
  return numbers
    .map((_, place) => place)
    .sort((i, j) => {
      const [a = 0, b = 0] = [numbers[i], numbers[j]]
      return isDescending ? ascending(b, a) : ascending(a, b)
    })
}
