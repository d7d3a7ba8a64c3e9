/** What the gates share that take every row along one axis by itself. */
import { normalizeAxis, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Gates } from './define.ts'

export type RowAttributes = {
  /** Counted from the front. */
  readonly axis: number
}

/** The call rule `(x, axis = -1)`. */
export function rowCall(
  gate: string,
): (
  x: Value,
  axis?: number,
) => { readonly inputs: readonly Value[]; readonly attributes: RowAttributes } {
  return (x, axis = -1) => ({
    inputs: [x],
    attributes: { axis: normalizeAxis(axis, x.shape.length, gate) },
  })
}

/**
 * x with the largest element of each row taken off, so that no exponential of it overflows. What
 * is computed from it must not depend on a shift of the row: none of its gradient is let through.
 */
export function withoutMaximum(gates: Gates, x: Value, axis: number): Value {
  if (sizeOf(x.shape) === 0) return x
  return gates.subtract(x, gates.stopGradient(gates.max(x, axis, { keepDims: true })))
}
