/** What a state holds before its first update. */
import { internalError } from '../errors.ts'
import { Graph } from '../ir/graph.ts'
import type { State } from '../ir/state.ts'
import { type Tensor, tensor } from '../ir/tensor.ts'
import { foldIn, hashName, keyFromSeed } from '../ir/threefry.ts'

type Evaluate = (
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
) => Readonly<Record<string, Tensor>>

/** The first contents of a state: a pure function of the seed and the state's key. */
export function initialState(
  { init, key, dtype }: State,
  seed: number,
  evaluate: Evaluate,
): Tensor {
  if (!(init instanceof Graph)) return init.dtype === dtype ? init : tensor(init, { dtype })
  const bits = foldIn(keyFromSeed(seed), hashName(key))
  const [first] = Object.values(evaluate(init, { key: tensor(bits) }))
  if (!first) throw internalError(`state "${key}": its init has no output`)
  return first
}
