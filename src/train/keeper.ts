/** Saves a training as it goes on. */

import type { Tensor } from '../ir/tensor.ts'
import type { Store } from '../runtime/store.ts'
import { checkWritable, writeAtomically } from './atomic-file.ts'
import { saveCheckpoint, type TrainingSettings } from './checkpoint.ts'
import type { Course } from './course.ts'
import type { CheckpointOptions } from './fit-options.ts'
import { encodeModelFile } from './model-file.ts'
import type { Scores } from './scores.ts'

/** What a keeper keeps. */
export interface Kept {
  readonly store: Store
  readonly course: Course
  readonly settings: TrainingSettings
  /** All states of the training, and those of the model among them. */
  readonly keys: readonly string[]
  readonly modelKeys: readonly string[]
  /** The best weights so far, where those are what the training is to give. */
  readonly bestWeights: () => ReadonlyMap<string, Tensor> | undefined
}

export interface Keeper {
  /** Saves after a step, where it is time to; undefined where it is not. */
  afterStep(): Promise<void> | undefined
  /** Saves after an epoch, where it is time to; and what is the best so far. */
  afterEpoch(isBest: boolean): Promise<void> | undefined
  /** Saves whatever has not been saved. */
  atEnd(): Promise<void>
}

const keepsNothing: Keeper = {
  afterStep: () => undefined,
  afterEpoch: () => undefined,
  atEnd: () => Promise.resolve(),
}

/** A keeper by the options. Throws FILE, before anything is trained, where it could not write. */
export async function createKeeper(
  options: CheckpointOptions | undefined,
  kept: Kept,
): Promise<Keeper> {
  if (!options) return keepsNothing
  const { path, everyEpochs, everySteps, keepBest = false } = options
  const isUntimed = everyEpochs === undefined && everySteps === undefined
  const everyMs = (options.everySeconds ?? (isUntimed ? 10 : Number.POSITIVE_INFINITY)) * 1000
  const through = options.files ? { files: options.files } : {}
  await checkWritable(path, through)
  const { course } = kept
  let saved = ''
  let savedAt = performance.now()
  const save = async () => {
    const now = `${course.step} ${course.epoch}`
    if (now === saved) return
    await saveCheckpoint(path, checkpointOf(kept, options), through)
    saved = now
    savedAt = performance.now()
  }
  const isTime = () => performance.now() - savedAt >= everyMs
  return {
    afterStep() {
      const isDue = everySteps !== undefined && course.step % everySteps === 0
      return isDue || isTime() ? save() : undefined
    },
    async afterEpoch(isBest) {
      if (keepBest && isBest) {
        await writeAtomically(bestPath(path), bestModelOf(kept, options), through)
      }
      const isDue = everyEpochs !== undefined && course.epoch % everyEpochs === 0
      if (isDue || isTime()) await save()
    },
    atEnd: save,
  }
}

/** `wine.safetensors` → `wine.best.safetensors`. */
function bestPath(path: string): string {
  return `${path.replace(/\.safetensors$/, '')}.best.safetensors`
}

function checkpointOf(
  kept: Kept,
  { model }: CheckpointOptions,
): Parameters<typeof saveCheckpoint>[1] {
  const { store, course, settings, keys, modelKeys } = kept
  const bestWeights = kept.bestWeights()
  const measured = bestWeights ? course.best : course.last
  return {
    facts: { ...model, ...metricsOf(measured?.heldOut) },
    settings,
    course,
    states: contentsOf(store, keys),
    modelKeys,
    bestWeights,
  }
}

function bestModelOf({ store, course, modelKeys }: Kept, { model }: CheckpointOptions): Uint8Array {
  const facts = { ...model, ...metricsOf(course.best?.heldOut) }
  return encodeModelFile(contentsOf(store, modelKeys), facts, {})
}

/** Copies of the contents of states as they are now. */
export function contentsOf(store: Store, keys: readonly string[]): ReadonlyMap<string, Tensor> {
  return new Map(keys.map((key) => [key, store.get(key)]))
}

function metricsOf(scores: Scores | undefined): {
  readonly metrics?: Readonly<Record<string, number>>
} {
  return scores ? { metrics: { ...scores } } : {}
}
