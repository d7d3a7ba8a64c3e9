/** What a state holds before its first update. */
import { internalError } from '../errors.ts'
import { dtypes } from '../ir/dtype.ts'
import { Graph } from '../ir/graph.ts'
import { sizeOf } from '../ir/shape.ts'
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
  const uniform = uniformContents(init)
  if (uniform) return uniform
  const bits = foldIn(keyFromSeed(seed), hashName(key))
  const [first] = Object.values(evaluate(init, { key: tensor(bits) }))
  if (!first) throw internalError(`state "${key}": its init has no output`)
  return first
}

/** The contents where they are one number everywhere, as most that are not random are. */
function uniformContents(init: Graph): Tensor | undefined {
  const [value] = Object.values(init.outputs)
  if (!value) return undefined
  const { gate, attributes, shape, dtype } = value
  if (gate.meaning.kind !== 'move' || dtypes[dtype].use !== 'compute') return undefined
  const move = gate.meaning.move(value.inputs, attributes)
  const [source] = value.inputs
  if (move.kind !== 'strided' || !source || sizeOf(source.shape) !== 1) return undefined
  const { meaning } = source.gate
  if (meaning.kind !== 'generate' || meaning.form !== 'constant') return undefined
  const contents = source.attributes.value
  if (typeof contents !== 'number') return undefined
  return { shape, dtype, data: dtypes[dtype].allocate(sizeOf(shape)).fill(contents as never) } // compute
}
