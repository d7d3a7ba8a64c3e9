/** Settings that are known to work, where none are given; tests hold them to it. */
import type { datasets, ExampleFacts } from '../data/index.ts'
import type { OptimizerSpec } from '../train/index.ts'
import { widthsFor } from '../train/index.ts'

export interface Recipe {
  readonly layers: readonly number[]
  readonly activation: string
  readonly optimizer: OptimizerSpec
  readonly epochs: number
  readonly batch: number
  /** How many epochs lie between two reports; else a twentieth of them all. */
  readonly reportEvery?: number
}

const sgd = (learningRate: number): OptimizerSpec => ({ name: 'sgd', learningRate })

/** Of the datasets that come with the package. */
export const recipes: { readonly [name in keyof typeof datasets]: Recipe } = {
  xor: {
    layers: [2, 3, 1],
    activation: 'sigmoid',
    optimizer: sgd(0.3),
    epochs: 3000,
    batch: 4,
    reportEvery: 100,
  },
  moons: {
    layers: [2, 16, 2],
    activation: 'tanh',
    optimizer: sgd(0.3),
    epochs: 100,
    batch: 32,
    reportEvery: 5,
  },
  circles: {
    layers: [2, 16, 2],
    activation: 'tanh',
    optimizer: sgd(0.3),
    epochs: 100,
    batch: 32,
    reportEvery: 5,
  },
  spiral: {
    layers: [2, 32, 32, 2],
    activation: 'tanh',
    optimizer: sgd(0.3),
    epochs: 300,
    batch: 32,
    reportEvery: 10,
  },
  iris: {
    layers: [4, 16, 3],
    activation: 'tanh',
    optimizer: sgd(0.1),
    epochs: 100,
    batch: 16,
    reportEvery: 5,
  },
  digits: {
    layers: [64, 32, 10],
    activation: 'relu',
    optimizer: sgd(0.2),
    epochs: 40,
    batch: 32,
    reportEvery: 1,
  },
}

/** The recipe for a dataset: its own, or what does for most tables. */
export function recipeFor(dataset: ExampleFacts): Recipe {
  const own = Object.entries(recipes).find(([name]) => name === dataset.name && !dataset.columns)
  return own ? own[1] : tableRecipe(dataset)
}

function tableRecipe(dataset: ExampleFacts): Recipe {
  const { inputs, outputs } = widthsFor(dataset)
  // Small batches learn more from few examples; many examples are worth the speed of larger ones.
  const isLarge = dataset.length > 10_000
  const batch = isLarge ? 256 : 32
  // Some 500 steps: more learn the noise of a few hundred examples by heart.
  const epochs = Math.ceil((500 * batch) / dataset.length)
  return {
    layers: [inputs, 32, outputs],
    activation: 'relu',
    optimizer: { name: 'adam', learningRate: usualRate('adam') },
    epochs: Math.min(100, Math.max(isLarge ? 10 : 30, epochs)),
    batch,
  }
}

/**
 * The recipe for a network that has learned something already: small steps, so that it keeps that,
 * unless all of it is frozen and a new head alone learns.
 */
export function fineTuning(dataset: ExampleFacts, isFrozen: boolean): Recipe {
  const learningRate = isFrozen ? usualRate('adam') : 0.001
  const optimizer: OptimizerSpec = { name: 'adam', learningRate }
  return { ...tableRecipe(dataset), optimizer }
}

const rates: Readonly<Record<string, number>> = {
  sgd: 0.1,
  momentum: 0.02,
  nesterov: 0.02,
  adam: 0.003,
  adamW: 0.003,
  adamax: 0.005,
  nadam: 0.003,
  radam: 0.003,
  adagrad: 0.03,
  adadelta: 1,
  rmsprop: 0.002,
  asgd: 0.1,
  lion: 0.0003,
}

/** A learning rate that does for most networks under that optimizer. */
export function usualRate(optimizer: string): number {
  return rates[optimizer] ?? 0.01
}
