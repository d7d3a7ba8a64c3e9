/** log(1 + exp(x)): exp is only taken of what cannot overflow. */
import { exp } from './exp.ts'
import type { Context, Vector } from './lanes.ts'
import { log1p } from './log1p.ts'

/** log(1 + exp(x)) = max(x, 0) + log(1 + exp(−|x|)). */
export function softplus(context: Context, argument: Vector): Vector {
  const { f, lanes } = context
  const x = f.let(argument)
  const e = exp(context, lanes.neg(lanes.abs(x)))
  return lanes.add(lanes.pmax(x, lanes.constant(0)), log1p(context, e))
}
