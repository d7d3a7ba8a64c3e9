/** The plan of a training: everything that decides its numbers, in JSON. */
import type { ExampleFacts, PreparationOptions } from '../data/index.ts'
import { isFloating } from '../ir/dtype.ts'
import { activations, criteria } from '../nn/index.ts'
import { type OptimizerSpec, optimizerNames, widthsFor } from '../train/index.ts'
import type { BaseNetwork, BasePlan } from './base-network.ts'
import type { TableSettings } from './data-source.ts'
import { fineTuning, recipeFor, usualRate } from './recipes.ts'
import { choose, UsageError } from './usage.ts'

/** The same plan gives the same numbers. */
export interface Plan {
  /** The name of a dataset, or a path. */
  readonly data: string
  /** How the file is read, where it is one. */
  readonly table: TableSettings
  readonly layers: readonly number[]
  readonly activation: string
  readonly criterion: string
  readonly optimizer: OptimizerSpec
  readonly epochs: number
  readonly batch: number
  readonly seed: number
  /** Below 1 the share that is held out, else how many examples; 0 for none. */
  readonly heldOut: number
  readonly reportEvery: number
  /** How inputs are scaled, where that is not left to the data. */
  readonly scaling?: Scaling
  /** The network that it goes on from, where it does. */
  readonly base?: BasePlan
}

type Scaling = NonNullable<PreparationOptions['scaling']>

/** What `--scaling` may be. */
export const scalings: Readonly<Record<Scaling, Scaling>> = {
  standard: 'standard',
  range: 'range',
  none: 'none',
}

/** What was asked for; the recipe of the data says the rest. */
export interface Asked {
  readonly data: string
  readonly table?: TableSettings
  readonly layers?: readonly number[]
  readonly hidden?: readonly number[]
  readonly activation?: string
  readonly criterion?: string
  readonly optimizer?: string
  readonly learningRate?: number
  readonly momentum?: number
  readonly weightDecay?: number
  readonly epochs?: number
  readonly batch?: number
  readonly seed?: number
  readonly heldOut?: number
  readonly reportEvery?: number
  readonly scaling?: Scaling
  /** A file with a network to go on from, what becomes of its head, and what of it is frozen. */
  readonly from?: string
  readonly head?: string
  readonly freeze?: string | true
  /** The same in a plan that was saved. */
  readonly base?: BasePlan
}

/** Too few to hold any out. */
const fewExamples = 10

/** What is held out of a dataset, and by which seed. */
export function divisionFor(
  { length }: ExampleFacts,
  { heldOut, seed }: Asked,
): Pick<Plan, 'heldOut' | 'seed'> {
  return { heldOut: heldOut ?? (length < fewExamples ? 0 : 0.2), seed: seed ?? 1 }
}

/**
 * The plan for a dataset, on from `base` where there is one. Throws OPTION and NAME where what was
 * asked for does not fit it.
 */
export function planFor(dataset: ExampleFacts, asked: Asked, base?: BaseNetwork): Plan {
  const { heldOut, seed } = divisionFor(dataset, asked)
  const recipe = base ? fineTuning(dataset, base.isFrozen) : recipeFor(dataset)
  const { data, table = {}, hidden } = asked
  const scaling = asked.scaling ?? (base?.takesIntegers ? 'none' : undefined)
  const activation = base?.activation ?? asked.activation ?? recipe.activation
  const { inputs, outputs } = widthsFor(dataset)
  const own = asked.layers ?? (hidden ? [inputs, ...hidden, outputs] : recipe.layers)
  const layers = base?.layers ?? own
  checkLayers(layers, dataset)
  choose('activation', activation, activations)
  const epochs = asked.epochs ?? recipe.epochs
  return {
    ...{ data, table, layers, activation, seed },
    criterion: criterionFor(dataset, asked.criterion),
    optimizer: optimizerFor(asked, recipe.optimizer),
    epochs,
    batch: asked.batch ?? recipe.batch,
    heldOut,
    reportEvery: asked.reportEvery ?? recipe.reportEvery ?? Math.ceil(epochs / 20),
    ...(scaling && { scaling }),
    ...(base && { base: { from: base.from, frozen: base.frozen } }),
  }
}

/** What was asked for once more: a plan from a file, with what was typed in its place. */
export function againBy(plan: Plan, typed: Partial<Asked>): Asked {
  const { optimizer, layers, ...rest } = plan
  const isOther = typed.optimizer !== undefined && typed.optimizer !== optimizer.name
  const { name, learningRate, momentum, weightDecay } = optimizer
  return {
    ...rest,
    ...(!typed.hidden && { layers }),
    optimizer: name,
    ...(!isOther && { learningRate }),
    ...(momentum !== undefined && { momentum }),
    ...(weightDecay !== undefined && { weightDecay }),
    ...typed,
    table: { ...plan.table, ...typed.table },
  }
}

function optimizerFor(
  { optimizer: typed, learningRate, momentum, weightDecay }: Asked,
  usual: OptimizerSpec,
): OptimizerSpec {
  const name = typed ?? usual.name
  const hasMomentum = name === 'momentum' || name === 'nesterov'
  if (momentum !== undefined && !hasMomentum) {
    throw new UsageError({
      code: 'OPTION',
      what: `--momentum: ${name} has none`,
      expected: '--optimizer momentum or nesterov',
      got: `--optimizer ${name}`,
      fix: `leave out --momentum, or add --optimizer momentum`,
    })
  }
  const rate = learningRate ?? (name === usual.name ? usual.learningRate : usualRate(name))
  return {
    name,
    learningRate: rate,
    ...(hasMomentum && { momentum: momentum ?? 0.9 }),
    ...(weightDecay !== undefined && { weightDecay }),
  }
}

/** `adamw` as `adamW`. Throws NAME for an optimizer that is not there. */
export function parseOptimizer(text: string): string {
  const same = optimizerNames.find((name) => name.toLowerCase() === text.toLowerCase())
  if (same) return same
  return choose('optimizer', text, Object.fromEntries(optimizerNames.map((name) => [name, name])))
}

/** Class indices take cross entropy over logits, numbers the mean squared error or its kin. */
function criterionFor({ name, targets, task }: ExampleFacts, asked: string | undefined): string {
  const fitting = isFloating(targets.dtype) ? ['mse', 'l1', 'huber'] : ['crossEntropy']
  if (isFloating(targets.dtype) && task === 'classification') fitting.push('bceWithLogits')
  if (asked === undefined) return fitting[0] ?? ''
  choose('criterion', asked, criteria)
  if (fitting.includes(asked)) return asked
  throw new UsageError({
    code: 'OPTION',
    what: `--criterion: ${asked} does not fit "${name}"`,
    expected: fitting.join(', '),
    got: asked,
    fix: `leave it out for ${fitting[0]}`,
  })
}

function checkLayers(layers: readonly number[], dataset: ExampleFacts): void {
  const { inputs, outputs } = widthsFor(dataset)
  if (layers[0] === inputs && layers.at(-1) === outputs) return
  throw new UsageError({
    code: 'OPTION',
    what: `--layers: the widths do not fit the dataset "${dataset.name}"`,
    expected: `${inputs} first and ${outputs} last`,
    got: layers.join(','),
    fix: `try --layers ${[inputs, ...layers.slice(1, -1), outputs].join(',')}`,
  })
}
