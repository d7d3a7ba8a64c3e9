/** From a file and its first reading to streams of its parts. */
import type { Shape } from '../../ir/shape.ts'
import { inputNames } from '../columns.ts'
import type { ReadProgress } from '../csv-bytes.ts'
import type { TargetOptions } from '../csv-target.ts'
import { createDataset, type Dataset } from '../dataset.ts'
import type { Preparation, PreparationOptions } from '../preparation.ts'
import type { TablePlan } from '../table-builder.ts'
import { blockStream } from './block-stream.ts'
import type { Part } from './block-table.ts'
import type { ExampleFacts, ExampleStream } from './example-stream.ts'
import { shareOf } from './held-out.ts'
import type { RawBlock, Source, SourceSpec } from './raw-block.ts'
import { RowPreparer } from './row-preparer.ts'
import { type Survey, survey } from './survey.ts'

export interface StreamOptions extends TargetOptions, PreparationOptions {
  /**
   * Below 1 the share of the examples that is held out, else about how many; `some` for a fifth, but about
   * 100,000 at most. Default 0: none.
   */
  readonly heldOut?: number | 'some'
  /** The same seed holds out the same examples. Default 0. */
  readonly seed?: number
  /**
   * How much of prepared examples, in bytes, is shuffled among each other; up to twice that is in memory.
   * Part of what decides the order. Default 32 MiB.
   */
  readonly windowBytes?: number
  /** How much of a file is read at once, in bytes; a part of what decides the order. Default 256 KiB. */
  readonly blockBytes?: number
  /** Called as the file is read for the first time. */
  readonly onProgress?: (progress: ReadProgress) => void
}

/** How much of a file is read at once where nothing is said: some thousand rows. */
export const usualBlockBytes: number = 2 ** 18

/** A file that is larger than memory, ready to be learned from. */
export interface Streamed {
  readonly train: ExampleStream
  /** In memory where that takes at most 64 MiB; absent where none is held out. */
  readonly heldOut?: Dataset | ExampleStream
  /** What is done to the examples, learned from those of `train`. */
  readonly preparation: Preparation
  /** The share that was held out. */
  readonly share: number
}

/** What a reader of a format knows beside what the first reading finds. */
export interface StreamedFile {
  readonly source: Source
  /** How it is read once categories are known. */
  readonly specFor: (plan: TablePlan) => SourceSpec
  readonly plan: TablePlan
  readonly inputRange?: readonly [least: number, greatest: number]
  readonly imageShape?: Shape
  /** False where the columns have no names of their own. Default true. */
  readonly isTable?: boolean
}

/** Reads a file once and gives its parts. Closes it. */
export async function streamParts(file: StreamedFile, options: StreamOptions): Promise<Streamed> {
  const { heldOut = 0, seed = 0, windowBytes = 2 ** 25 } = options
  try {
    const { source, plan, inputRange } = file
    const share = heldOut === 0 ? 0 : shareOf(heldOut, await source.estimateRows())
    const division = { seed, share }
    const found = await survey(source, plan, {
      ...options,
      ...division,
      ...(inputRange && { inputRange }),
    })
    const { preparation } = found.preparer
    const reading = {
      source: file.specFor(planAgain(plan, found)),
      blocks: found.blocks,
      preparer: found.preparer,
      division,
    }
    const stream = (part: Part) =>
      blockStream(factsOf(file, found, part), { ...reading, part }, windowBytes)
    if (share === 0) return { train: stream('train'), preparation, share }
    const kept = found.kept && datasetOf(file, found, found.kept)
    return { train: stream('train'), heldOut: kept ?? stream('heldOut'), preparation, share }
  } finally {
    await file.source.close()
  }
}

/** The plan with what was learned: texts have the codes of their categories. */
function planAgain(plan: TablePlan, { preparer, target }: Survey): TablePlan {
  const { features } = preparer.preparation.columns
  const { target: column } = plan
  const classes = target.task === 'classification' ? (target.values ?? target.classes) : []
  return {
    ...plan,
    features: plan.features.map((feature, k) => ({ ...feature, ...features[k] })),
    ...(column && {
      target: column.kind === 'category' ? { ...column, categories: classes } : column,
    }),
    isNoneAllowed: true,
  }
}

function factsOf(
  { plan, imageShape, inputRange, isTable = true }: StreamedFile,
  { preparer, target, train, heldOut, spread, trainSpread }: Survey,
  part: Part,
): ExampleFacts & { readonly targetSpread?: readonly number[] } {
  const length = part === 'train' ? train : heldOut
  const { columns, inputs } = preparer.preparation
  const facts = {
    name: plan.table,
    length,
    inputs: { shape: [length, inputs.mean.length], dtype: 'f32' },
    ...(isTable && { featureNames: inputNames(columns.features), columns }),
    ...(imageShape && { imageShape }),
    ...(inputRange && { inputRange: [0, 1] as const }),
  } as const
  if (target.task === 'classification') {
    const { classes } = target
    return {
      ...facts,
      ...{ task: 'classification', classes, targets: { shape: [length], dtype: 'i32' } },
    }
  }
  return {
    ...{ ...facts, task: 'regression', targets: { shape: [length, 1], dtype: 'f32' } },
    targetSpread: [part === 'train' ? trainSpread : spread],
  }
}

function datasetOf(file: StreamedFile, found: Survey, kept: readonly RawBlock[]): Dataset {
  const { length, inputs, targets, targetSpread: _, ...facts } = factsOf(file, found, 'heldOut')
  const preparer = new RowPreparer(found.keptPreparer)
  const into = new Float32Array(length * preparer.width)
  const isClasses = targets.dtype === 'i32'
  const labels = isClasses ? new Int32Array(length) : new Float32Array(length)
  let row = 0
  for (const block of kept) {
    const rows = Uint32Array.from({ length: block.length }, (_, index) => index)
    const prepared = preparer.prepare(block, rows)
    into.set(prepared.inputs, row * preparer.width)
    labels.set(prepared.targets, row)
    row += block.length
  }
  return createDataset({
    ...facts,
    inputs: { shape: inputs.shape, dtype: 'f32', data: into },
    targets: { shape: targets.shape, dtype: targets.dtype, data: labels } as Dataset['targets'], // the dtype that was asked
  })
}
