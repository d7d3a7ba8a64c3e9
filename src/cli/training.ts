/** What `train` and `demo` share: a plan of a training, and carrying it out. */
import { type Dataset, datasetEntry, type datasets, scaleInputs, split } from '../data/index.ts'
import { crossEntropy, mse } from '../gates/index.ts'
import { isFloating } from '../ir/dtype.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Layer } from '../nn/index.ts'
import { sgd } from '../optim/index.ts'
import { type EpochReport, type FitResult, fit } from '../train/index.ts'
import { buildNetwork } from './network.ts'
import { choose, UsageError } from './usage.ts'

/** Everything that decides a training: the same plan gives the same numbers. */
export interface Plan {
  readonly dataset: string
  readonly layers: readonly number[]
  readonly activation: string
  readonly epochs: number
  readonly batch: number
  readonly learningRate: number
  readonly seed: number
  readonly reportEvery: number
}

type Recipe = Omit<Plan, 'dataset' | 'seed'>

/** Settings that are known to work; tests hold them to it. */
const recipes: { readonly [name in keyof typeof datasets]: Recipe } = {
  xor: {
    layers: [2, 3, 1],
    activation: 'sigmoid',
    epochs: 3000,
    batch: 4,
    learningRate: 0.3,
    reportEvery: 100,
  },
  digits: {
    layers: [64, 32, 10],
    activation: 'relu',
    epochs: 40,
    batch: 32,
    learningRate: 0.2,
    reportEvery: 1,
  },
}

/** The recipe of a dataset, with what was asked for in its place. */
export function planFor(
  dataset: string,
  asked: Partial<Recipe> & { readonly seed: number; readonly hidden?: readonly number[] },
): Plan {
  const { hidden, ...rest } = asked
  const recipe = choose<Recipe>('dataset', dataset, recipes)
  const [inputs = 1] = recipe.layers
  const outputs = recipe.layers.at(-1) ?? 1
  const layers = hidden ? [inputs, ...hidden, outputs] : recipe.layers
  return { ...recipe, layers, ...rest, dataset }
}

export interface Prepared {
  readonly train: Dataset
  readonly heldOut: Dataset
  /** False where the dataset is too small to hold out any: then it is measured on what it learns. */
  readonly isHeldOut: boolean
}

/** The dataset of a plan, scaled and split by its seed. Throws OPTION where the layers do not fit. */
export async function prepare(plan: Plan): Promise<Prepared> {
  const whole = await datasetEntry(plan.dataset).load()
  checkLayers(plan, whole)
  const dataset = whole.inputRange ? scaleInputs(whole) : whole
  if (dataset.length < 10) return { train: dataset, heldOut: dataset, isHeldOut: false }
  return { ...split(dataset, { heldOut: 0.2, seed: plan.seed }), isHeldOut: true }
}

export interface Trained extends FitResult {
  readonly model: Layer
}

/** Trains a network by the plan. Throws as `fit` does. */
export async function carryOut(
  plan: Plan,
  { train, heldOut }: Prepared,
  onEpoch: (report: EpochReport) => void,
): Promise<Trained> {
  const model = buildNetwork(plan.layers, plan.activation)
  const result = await fit({
    model: (x) => model(x).named('ŷ'),
    criterion: (prediction, target) => criterionFor(train)(prediction, target).named('J'),
    optimizer: (J) => sgd(J, { learningRate: plan.learningRate }),
    train,
    heldOut,
    epochs: plan.epochs,
    batchSize: plan.batch,
    seed: plan.seed,
    reportEvery: plan.reportEvery,
    onEpoch,
  })
  return { ...result, model }
}

/** Class indices take cross entropy over logits, numbers the mean squared error. */
function criterionFor({ targets }: Dataset): (prediction: Value, target: Value) => Value {
  return isFloating(targets.dtype) ? mse : crossEntropy
}

function checkLayers({ layers }: Plan, { name, inputs, targets, classes = [] }: Dataset): void {
  const features = sizeOf(inputs.shape.slice(1))
  const outputs = isFloating(targets.dtype) ? sizeOf(targets.shape.slice(1)) : classes.length
  if (layers[0] === features && layers.at(-1) === outputs) return
  throw new UsageError({
    code: 'OPTION',
    what: `--layers: the widths do not fit the dataset "${name}"`,
    expected: `${features} first and ${outputs} last`,
    got: layers.join(','),
    fix: `try --layers ${[features, ...layers.slice(1, -1), outputs].join(',')}`,
  })
}
