/** What `train` and `demo` share: preparing the data of a plan, and carrying it out. */

import { inputNames } from '../data/columns.ts'
import {
  type Dataset,
  type ExampleFacts,
  type ExampleSource,
  fitPreparation,
  type Parts,
  type Preparation,
  prepare as prepared,
  split,
} from '../data/index.ts'
import { seenColumns } from '../data/seen-categories.ts'
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
import type { BaseNetwork } from './base-network.ts'
import type { Plan } from './plan.ts'

export interface Prepared<Data extends ExampleSource = Dataset> {
  readonly train: Data
  readonly heldOut: Data
  /** False where none is held out: then it is measured on what it learns. */
  readonly isHeldOut: boolean
  readonly preparation: Preparation
}

/** The dataset of a plan, split by its seed and prepared. Throws as `split`. */
export function prepare(dataset: Dataset, { heldOut, seed, scaling }: Plan): Prepared {
  const asked = scaling ? { scaling } : {}
  if (heldOut === 0) {
    const isTiny = dataset.columns === undefined && dataset.length < 10
    const preparation = fitPreparation(dataset, isTiny ? { scaling: 'none', ...asked } : asked)
    const all = prepared(dataset, preparation)
    return { train: all, heldOut: all, isHeldOut: false, preparation }
  }
  const parts = divided(dataset, { heldOut, seed })
  const preparation = fitPreparation(parts.train, asked)
  return {
    train: prepared(parts.train, preparation),
    heldOut: prepared(parts.heldOut, preparation),
    isHeldOut: true,
    preparation,
  }
}

type Division = Pick<Plan, 'heldOut' | 'seed'>

/**
 * What is known of a dataset once it is prepared: without the categories that no example to learn from
 * has.
 */
export function learnableFacts(dataset: Dataset, division: Division): ExampleFacts {
  const { columns, length, inputs } = dataset
  const hasCategories = columns?.features.some(({ kind }) => kind === 'category')
  if (!columns || !hasCategories || division.heldOut === 0) return dataset
  const seen = seenColumns(columns, divided(dataset, division).train.inputs)
  const shape = [length, inputNames(seen.features).length]
  return { ...dataset, columns: seen, inputs: { dtype: inputs.dtype, shape } }
}

function divided(dataset: Dataset, { heldOut, seed }: Division): Parts {
  return split(dataset, { heldOut, seed, stratified: hasClassIndices(dataset) })
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
  /** When and how it is saved. */
  readonly checkpoint?: Omit<CheckpointOptions, 'path' | 'model'>
  /** The network that the plan goes on from. */
  readonly base?: BaseNetwork | undefined
}

/** Trains a network by the plan. Throws as `fit` does. */
export async function carryOut(
  plan: Plan,
  data: Prepared<ExampleSource>,
  { onEpoch, out, until, base, checkpoint: saving, ...options }: CarryOutOptions = {},
): Promise<Trained> {
  const { epochs, batch, optimizer, seed, reportEvery } = plan
  const facts = factsOf(plan, data, base)
  const { train, heldOut } = data
  const parts = partsOf(facts.network, base?.layer)
  const frozen = new Set(plan.base?.frozen)
  const choices = frozen.size > 0 ? { parameters: (key: string) => !frozen.has(key) } : {}
  const checkpoint: CheckpointOptions | undefined = out
    ? { path: out, model: facts, ...saving }
    : undefined
  const result = await fit({
    ...{ ...parts, ...options, train, heldOut, epochs, batchSize: batch, seed, reportEvery },
    ...(base?.store && { store: base.store }),
    optimizer: buildOptimizer(optimizer, choices),
    ...(checkpoint && { checkpoint }),
    ...(until && { until: (report) => until(inUnits(report, data)) }),
    onEpoch: (report) => onEpoch?.(inUnits(report, data)),
  })
  return { ...inUnits(result, data), model: parts.model }
}

/** The mean error in the units of the data; what is learned is scaled. */
function inUnits<R extends EpochReport>(report: R, { preparation }: Prepared<ExampleSource>): R {
  const { heldOut } = report
  const { target } = preparation
  if (heldOut?.mae === undefined || target.kind === 'classes') return report
  return { ...report, heldOut: { ...heldOut, mae: heldOut.mae * (target.scale[0] ?? 1) } }
}

/** What the file of a trained model says of it. */
function factsOf(
  plan: Plan,
  { train, preparation }: Prepared<ExampleSource>,
  base: BaseNetwork | undefined,
): ModelFacts {
  const { layers, activation, criterion } = plan
  const { featureNames, task, classes } = train
  const network: NetworkSpec = {
    ...{ layers, activation, criterion, task, target: preparation.columns.target },
    ...(featureNames && { inputs: featureNames }),
    ...(base?.imported && { imported: base.imported }),
  }
  return { network, preparation, ...(classes && { classes }), plan }
}
