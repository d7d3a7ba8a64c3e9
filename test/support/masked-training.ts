/**
 * A small training in which everything happens that a checkpoint has to keep: Adam, whose moments and
 * steps are states, a random mask by a step of its own, an epoch that ends with a smaller batch.
 */
import { type Dataset, moons, pick } from '../../src/data/index.ts'
import * as gates from '../../src/gates/index.ts'
import { createStore, type Value } from '../../src/index.ts'
import { linear, type NetworkSpec } from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import type { FitOptions } from '../../src/train/index.ts'

export const maskedNetwork: NetworkSpec = {
  layers: [2, 6, 2],
  activation: 'relu',
  criterion: 'crossEntropy',
  task: 'classification',
}

/** 26 moons to train on in batches of 4, so 7 steps an epoch, and 14 held out. */
export function maskedTraining(): Omit<FitOptions, 'epochs' | 'model' | 'optimizer'> &
  Required<Pick<FitOptions, 'model' | 'optimizer' | 'store'>> {
  const whole = moons({ count: 40, seed: 3 })
  const part = (from: number, to: number): Dataset =>
    pick(
      whole,
      Array.from({ length: to - from }, (_, index) => from + index),
    )
  const step = gates.state('mask.step', [], 0, { dtype: 'u32' })
  const hidden = linear(2, 6).at('0', 1)
  const output = linear(6, 2).at('2', 2)
  return {
    model: (x) => {
      const active: Value = gates.relu(hidden(x))
      const key = gates.foldIn(gates.randomKey(7), step)
      const isKept = gates.bernoulli(key, active.shape, { probability: 0.8 })
      return output(gates.where(isKept, gates.divide(active, 0.8), 0))
    },
    criterion: gates.crossEntropy,
    optimizer: (J) => [
      ...adam(J, { learningRate: 0.05 }),
      { state: step, value: gates.add(step, 1) },
    ],
    train: part(0, 26),
    heldOut: part(26, 40),
    batchSize: 4,
    seed: 5,
    store: createStore({ seed: 5 }),
  }
}
