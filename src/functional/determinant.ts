/** What `det` and `slogdet` have in common: factors of the matrix, and the sign of the exchanges. */
import type { Gates } from '../gates/define.ts'
import type { Value } from '../ir/value.ts'
import { luFactor } from './lu-factor.ts'
import { asColumn, asRow, diagonalOf } from './matrices.ts'

export interface Elimination {
  readonly LU: Value
  /** [..., n] */
  readonly permutation: Value
  /** The diagonal of U. */
  readonly pivots: Value
  /** 1 or −1, by matrix: of the order of the rows. */
  readonly sign: Value
}

export function elimination(gates: Gates, a: Value): Elimination {
  const [LU, permutation] = luFactor(a)
  const size = a.shape.at(-1) ?? 0
  const isLater = gates.less(gates.iota([size, size], 0), gates.iota([size, size], 1))
  const isTurned = gates.greater(asColumn(gates, permutation), asRow(gates, permutation))
  const turns = gates.where(gates.and(isLater, isTurned), -1, 1)
  const sign = gates.cast(gates.prod(turns, [-2, -1]), a.dtype)
  return { LU, permutation, pivots: diagonalOf(gates, LU), sign }
}
