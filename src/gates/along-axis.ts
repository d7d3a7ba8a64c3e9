/** What the gates share that walk along one axis, each result made of all elements before it. */
import type { DType } from '../ir/dtype.ts'
import { normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Gates } from './define.ts'
import type { AxisAttributes } from './gather.ts'

/** A gate that keeps the shape and works along an axis that has to be named. */
export interface AlongAxis {
  <S extends Shape, D extends DType>(x: Value<S, D>, axis: number): Value<S, D>
}

/** The call rule `(x, axis)`. */
export function alongAxis(
  gate: string,
): (
  x: Value,
  axis: number,
) => { readonly inputs: readonly Value[]; readonly attributes: AxisAttributes } {
  return (x, axis) => ({
    inputs: [x],
    attributes: { axis: normalizeAxis(axis, x.shape.length, gate) },
  })
}

/** x moved along an axis by so many places, down where negative; `fill` stands where none came. */
export function shifted(
  gates: Gates,
  x: Value,
  { axis, by, fill = 0 }: { readonly axis: number; readonly by: number; readonly fill?: number },
): Value {
  const along = (places: number) => x.shape.map((_, at) => (at === axis ? places : 0))
  return gates.pad(x, along(by), along(0 - by), { value: fill })
}

/** The backward rule of a running maximum or minimum: what reaches a result goes to its element. */
export function toRunningWinner({
  gates,
  x,
  attributes: { axis },
  output,
  upstream,
}: {
  readonly gates: Gates
  readonly x: Value
  readonly attributes: AxisAttributes
  readonly output: Value
  readonly upstream: Value
}): { readonly x: Value } {
  // The last of equals has it, and of NaN the last NaN, as in PyTorch.
  const isWinner = gates.or(gates.equal(x, output), gates.notEqual(x, x))
  const places = gates.where(isWinner, gates.iota(x.shape, axis), 0)
  const winner = gates.cummax(places, axis)
  return { x: gates.scatterAdd(gates.zerosLike(x), winner, upstream, axis) }
}
