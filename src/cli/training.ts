/** What `train` and `demo` share: preparing the data of a plan, and carrying it out. */
import {
  type Dataset,
  fitPreparation,
  type Preparation,
  prepare as prepared,
  split,
} from '../data/index.ts'
import { isFloating } from '../ir/dtype.ts'
import type { Value } from '../ir/value.ts'
import { type NetworkSpec, partsOf } from '../nn/index.ts'
import {
  buildOptimizer,
  type CheckpointOptions,
  type EpochReport,
  type FitOptions,
  type FitResult,
  fit,
  type ModelFacts,
} from '../train/index.ts'
import type { Plan } from './plan.ts'

export interface Prepared {
  readonly train: Dataset
  readonly heldOut: Dataset
  /** False where none is held out: then it is measured on what it learns. */
  readonly isHeldOut: boolean
  readonly preparation: Preparation
}

/** The dataset of a plan, split by its seed and prepared. Throws as `split`. */
export function prepare(dataset: Dataset, { heldOut, seed }: Plan): Prepared {
  if (heldOut === 0) {
    const isTiny = dataset.columns === undefined && dataset.length < 10
    const preparation = fitPreparation(dataset, isTiny ? { scaling: 'none' } : {})
    const all = prepared(dataset, preparation)
    return { train: all, heldOut: all, isHeldOut: false, preparation }
  }
  const parts = split(dataset, { heldOut, seed, stratified: hasClassIndices(dataset) })
  const preparation = fitPreparation(parts.train)
  return {
    train: prepared(parts.train, preparation),
    heldOut: prepared(parts.heldOut, preparation),
    isHeldOut: true,
    preparation,
  }
}

function hasClassIndices({ task, targets }: Dataset): boolean {
  return task === 'classification' && !isFloating(targets.dtype)
}

export interface Trained extends FitResult {
  readonly model: (x: Value) => Value
}

export interface CarryOutOptions
  extends Pick<FitOptions, 'earlyStop' | 'onStep' | 'resume' | 'signal' | 'threads' | 'until'> {
  readonly onEpoch?: (report: EpochReport) => void
  /** Where the model is saved, and what its training needs to go on. */
  readonly out?: string | undefined
}

/** Trains a network by the plan. Throws as `fit` does. */
export async function carryOut(
  plan: Plan,
  data: Prepared,
  { onEpoch, out, until, ...options }: CarryOutOptions = {},
): Promise<Trained> {
  const { epochs, batch, optimizer, seed, reportEvery } = plan
  const facts = factsOf(plan, data)
  const { train, heldOut } = data
  const parts = partsOf(facts.network)
  const checkpoint: CheckpointOptions | undefined = out ? { path: out, model: facts } : undefined
  const result = await fit({
    ...{ ...parts, ...options, train, heldOut, epochs, batchSize: batch, seed, reportEvery },
    optimizer: buildOptimizer(optimizer),
    ...(checkpoint && { checkpoint }),
    ...(until && { until: (report) => until(inUnits(report, data)) }),
    onEpoch: (report) => onEpoch?.(inUnits(report, data)),
  })
  return { ...inUnits(result, data), model: parts.model }
}

/** The mean error in the units of the data; what is learned is scaled. */
function inUnits<R extends EpochReport>(report: R, { preparation }: Prepared): R {
  const { heldOut } = report
  const { target } = preparation
  if (heldOut?.mae === undefined || target.kind === 'classes') return report
  return { ...report, heldOut: { ...heldOut, mae: heldOut.mae * (target.scale[0] ?? 1) } }
}

/** What the file of a trained model says of it. */
function factsOf(plan: Plan, { train, preparation }: Prepared): ModelFacts {
  const { layers, activation, criterion } = plan
  const { featureNames, task, classes } = train
  const network: NetworkSpec = {
    ...{ layers, activation, criterion, task, target: preparation.columns.target },
    ...(featureNames && { inputs: featureNames }),
  }
  return { network, preparation, ...(classes && { classes }), plan }
}
