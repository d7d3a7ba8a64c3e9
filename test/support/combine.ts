/** Many numbers as one, and one number as an element. */
import { internalError } from '../../src/errors.ts'
import { type ComputeDType, isFloating, type TypedArray } from '../../src/ir/dtype.ts'

/** The elements combined in order, not rounded. A NaN wins max, min and argmax. */
export function combine(
  how: 'sum' | 'prod' | 'max' | 'min' | 'argmax',
  elements: readonly number[],
  dtype: ComputeDType,
): number {
  if (how === 'sum') return elements.reduce((total, x) => total + x, 0)
  if (how === 'prod') return elements.reduce(isFloating(dtype) ? (p, x) => p * x : Math.imul, 1)
  const [first, ...rest] = elements
  if (first === undefined) throw internalError(`run-routine: ${how} of no elements`)
  const sign = how === 'min' ? -1 : 1
  let winner = first
  let winnerAt = 0
  rest.forEach((x, at) => {
    if (!Number.isNaN(winner) && (sign * x > sign * winner || Number.isNaN(x))) {
      winner = x
      winnerAt = at + 1
    }
  })
  return how === 'argmax' ? winnerAt : winner
}

const cells: { readonly [D in ComputeDType]: TypedArray } = {
  f32: new Float32Array(1),
  f64: new Float64Array(1),
  i32: new Int32Array(1),
  u32: new Uint32Array(1),
  bool: new Uint8Array(1),
}

/** The nearest number of a dtype; integers wrap around. */
export function round(dtype: ComputeDType, x: number): number {
  const cell = cells[dtype]
  cell[0] = x as never // no compute dtype has BigInt elements
  return Number(cell[0])
}
