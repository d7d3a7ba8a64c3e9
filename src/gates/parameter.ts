import type { ComputeDType } from '../ir/dtype.ts'
import type { ShapeArgument } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { xavierUniform } from './initializers.ts'
import { type Init, state } from './state.ts'

export interface ParameterOptions<D extends ComputeDType> {
  /** Default: the symbol. */
  readonly key?: string
  readonly dtype?: D
  /** Default: `xavierUniform` for two axes or more, else zeros. */
  readonly init?: Init
}

/**
 * A trainable state: what gradient descent moves.
 *
 * Shapes: `shape`. `symbol` is what explain and draw call it, and its key unless one is given.
 *
 * @example
 * const W1 = parameter('W1', [2, 3]) // Value<[2, 3], 'f32'>
 */
export function parameter<const S extends ShapeArgument, const D extends ComputeDType = 'f32'>(
  symbol: string,
  shape: S,
  options: ParameterOptions<D> = {},
): Value<S, NoInfer<D>> {
  const { key = symbol, init = shape.length >= 2 ? xavierUniform() : 0, dtype } = options
  return state(key, shape, init, { symbol, trainable: true, ...(dtype && { dtype }) })
}
