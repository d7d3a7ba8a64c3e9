/** What attention must not see, told in several ways, as one mask over all scores. */
import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { formatShape, type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface AttentionMasks {
  /**
   * What queries do not see, for [queries, places], [batch · heads, queries, places] or
   * [batch, heads, queries, places]: bool, true where they do not see, or numbers that are added.
   */
  readonly mask?: Value
  /** Which places no query sees, [batch, places]: bool, true for those, or numbers to add. */
  readonly keyPaddingMask?: Value
}

/** [...batch, heads, queries, places]. */
interface ScoresShape {
  readonly batch: Shape
  readonly heads: number
  readonly queries: number
  readonly places: number
}

/**
 * A mask for the gate, which says what is seen: bool where all that is given is. `more` places at
 * the end are seen by all, a causal mask that is to be part of it notwithstanding.
 */
export function maskOf(
  { mask, keyPaddingMask, isCausal }: AttentionMasks & { readonly isCausal: boolean },
  scores: ScoresShape,
  more: number,
): Value | undefined {
  const masks = [
    ...(mask ? [overHeads(mask, scores)] : []),
    ...(keyPaddingMask ? [overQueries(keyPaddingMask, scores)] : []),
    ...(isCausal ? [later(scores)] : []),
  ].map((one) => withMore(one, more))
  const numbers = masks.find(({ dtype }) => dtype !== 'bool')
  if (masks.length === 0) return undefined
  if (!numbers) return gates.not(masks.map(asBool).reduce((a, b) => gates.or(a, b)))
  return masks.map((one) => asNumbers(one, numbers.dtype)).reduce((a, b) => gates.add(a, b))
}

/** The places that come after a query's own. */
function later({ queries, places }: ScoresShape): Value {
  return gates.greater(gates.iota([queries, places], 1), gates.iota([queries, places], 0))
}

/** torch's [batch · heads, queries, places] as [batch, heads, queries, places]. */
function overHeads(mask: Value, { batch, heads, queries, places }: ScoresShape): Value {
  const { shape } = mask
  const isPacked = shape.length === 3 && batch.length > 0 && shape[0] === sizeOf(batch) * heads
  return isPacked ? gates.reshape(mask, [...batch, heads, queries, places]) : mask
}

function overQueries(mask: Value, { batch, places }: ScoresShape): Value {
  const wanted = [...batch, places]
  if (formatShape(mask.shape) === formatShape(wanted)) {
    return gates.reshape(mask, [...batch, 1, 1, places])
  }
  throw new SluiceError({
    code: 'SHAPE',
    what: 'multiheadAttention: keyPaddingMask is not for its places',
    expected: formatShape(wanted),
    got: formatShape(mask.shape),
    fix: 'say of each place of key whether it is padding',
  })
}

function withMore(mask: Value, more: number): Value {
  if (more === 0) return mask
  const shape = mask.shape.with(-1, more)
  const dtype = mask.dtype as 'f32' // a dtype that masks have
  return gates.concat([mask, gates.zeros(shape, { dtype })], mask.shape.length - 1)
}

function asNumbers(mask: Value, dtype: Value['dtype']): Value {
  if (mask.dtype !== 'bool') return mask
  const open = gates.zeros(mask.shape, { dtype: dtype as 'f32' }) // the other mask's
  return gates.where(asBool(mask), Number.NEGATIVE_INFINITY, open)
}

function asBool(mask: Value): Value<Shape, 'bool'> {
  return mask as Value<Shape, 'bool'> // asked before
}
