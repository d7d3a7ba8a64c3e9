/** The gradient of a choice: who was chosen gets it, and equals share it. */
import type { Value } from '../ir/value.ts'
import type { Gates } from './define.ts'
import { keptShape, type ReduceAttributes } from './reduce.ts'

/** The backward rule of a reduction whose output is one of its elements. */
export function shareAmongTies({
  gates,
  x,
  attributes,
  output,
  upstream,
}: {
  readonly gates: Gates
  readonly x: Value
  readonly attributes: ReduceAttributes
  readonly output: Value
  readonly upstream: Value
}): { readonly x: Value } {
  const kept = keptShape(x.shape, attributes)
  const isChosen = gates.cast(gates.equal(x, gates.reshape(output, kept)), x.dtype)
  // A NaN equals nothing: 0 / 0 then hands NaN to its whole row, as PyTorch does.
  const ties = gates.sum(isChosen, attributes.axes, { keepDims: true })
  return { x: gates.multiply(isChosen, gates.divide(gates.reshape(upstream, kept), ties)) }
}
