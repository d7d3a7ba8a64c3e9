/** Keys of the random gates. */
import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { FormatShape, ShapeError } from '../ir/shape-type.ts'
import { keyFromSeed } from '../ir/threefry.ts'
import type { Value } from '../ir/value.ts'
import { constant } from './constant.ts'

/**
 * The key of a seed, a whole number from 0 to 2³² − 1. One key always gives the same numbers:
 * derive others from it with `foldIn`.
 *
 * Throws: OPTION for any other seed.
 * Source: `jax.random.key`.
 */
export function randomKey(seed: number): Value<[2], 'u32'> {
  return constant(keyFromSeed(seed)) as Value<[2], 'u32'> // two words
}

/** A key's type, u32[2] as far as it is known, else an error that reads like the run-time error. */
export type Key<Gate extends string, S extends Shape, D extends DType> = IfDType<
  `${Gate}: key`,
  D,
  'u32',
  [2] extends S ? Value<S, D> : ShapeError<`${Gate}: key has shape ${FormatShape<S>}`>
>

/** What every random gate asks of its key; their calls go on with a shape. */
export const keyHasTwoWords: Constraint<['key'], unknown> = {
  rule: 'key is u32[2]',
  holds: ({ key }) => sameShape(key.shape, [2]) || `key has shape ${formatShape(key.shape)}`,
  fix: 'make one from a seed: randomKey(7)',
  broken: { key: 'u32[3]', with: [[2]] },
}
