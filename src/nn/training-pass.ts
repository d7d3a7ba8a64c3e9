/** The one training pass that there is: keys from a seed and a count of steps, updates in a list. */
import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import { hashName } from '../ir/threefry.ts'
import type { Value } from '../ir/value.ts'
import type { TrainingPass } from './layer.ts'

export interface TrainingPassOptions {
  /** From what dropout draws, 0 … 2³² − 1. Default 0. */
  readonly seed?: number
  /**
   * The key of the state that counts steps; a second pass in one graph needs another one. Default
   * `trainingPass.step`.
   */
  readonly key?: string
}

/** A pass with what it was told. */
export interface CollectingPass extends TrainingPass {
  /**
   * What the layers of the pass, once they are called, have their states become, and the count of
   * steps where a layer draws: for `compile`, beside those of the optimizer.
   */
  readonly updates: readonly Update[]
}

/**
 * What layers need in the graph that trains: a random key for each call of a layer, a pure function
 * of the seed, the layer's path and a state that counts the steps; and a place for what becomes of
 * their running statistics.
 *
 * A layer that is called twice draws twice, and changes its statistics by one call after the other.
 * Where `updates` are not compiled, or are read before the layers are called, every step drops the
 * same and running statistics stay as they are.
 * Throws: OPTION for a seed that is none.
 *
 * @example
 * const pass = trainingPass({ seed: 1 })
 * const J = crossEntropy(model.training(pass)(x), y)
 * const step = await compile({ J }, { updates: [...sgd(J, { learningRate }), ...pass.updates] })
 */
export function trainingPass(options: TrainingPassOptions = {}): CollectingPass {
  const { seed = 0, key = 'trainingPass.step' } = options
  const root = gates.randomKey(seed)
  const updates: Update[] = []
  const places = new Map<Value, number>()
  const calls = new Map<string, number>()
  let stepKey: Value<readonly [2], 'u32'> | undefined
  const update = (state: Value, change: (before: Value) => Value): Value => {
    const place = places.get(state.application) ?? updates.length
    const value = change(updates[place]?.value ?? state)
    places.set(state.application, place)
    updates[place] = { state, value }
    return value
  }
  const startStep = () => {
    const step = gates.state(key, [], 0, { dtype: 'u32', symbol: 'step' })
    update(step, (before) => gates.add(before, 1))
    return gates.foldIn(root, step)
  }
  return {
    updates,
    update,
    keyFor(path) {
      const call = calls.get(path) ?? 0
      calls.set(path, call + 1)
      stepKey ??= startStep()
      return gates.foldIn(stepKey, hashName(call === 0 ? path : `${path}#${call}`))
    },
  }
}
