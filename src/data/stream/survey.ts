/** The first reading of a file: its columns, how to prepare them, and where its blocks are. */
import { SluiceError } from '../../errors.ts'
import type { FeatureColumn } from '../columns.ts'
import { inputCount, inputNames } from '../columns.ts'
import type { ReadProgress } from '../csv-bytes.ts'
import { mostClasses, type TargetKind, type TargetOptions, targetKind } from '../csv-target.ts'
import type { Preparation, PreparationOptions } from '../preparation.ts'
import { checkCategories } from '../read-csv.ts'
import { checkedScale } from '../scaling.ts'
import { neverLearned } from '../split.ts'
import type { TablePlan } from '../table-builder.ts'
import { type BlockFacts, type BlockTable, blockTable } from './block-table.ts'
import { type Division, pickerOf } from './held-out.ts'
import type { RawBlock, ReadBlock, Source } from './raw-block.ts'
import type { PreparerSpec } from './row-preparer.ts'
import { RunningScaling } from './running-scaling.ts'

export interface SurveyOptions extends Division, TargetOptions, PreparationOptions {
  readonly onProgress?: (progress: ReadProgress) => void
  /** Known before: then nothing of the inputs has to be measured. */
  readonly inputRange?: readonly [least: number, greatest: number]
}

/** What the first reading found. */
export interface Survey {
  readonly blocks: BlockTable
  readonly target: TargetKind
  /** To be applied to what is read from now on, its texts in the codes of `preparation`. */
  readonly preparer: PreparerSpec
  readonly train: number
  readonly heldOut: number
  /** What is held out as the file says it, where that is little. */
  readonly kept: readonly RawBlock[] | undefined
  /** As `preparer`, for the codes of `kept`. */
  readonly keptPreparer: PreparerSpec
  /** The sum of the squared distances of the scaled targets held out from their mean. */
  readonly spread: number
  readonly trainSpread: number
}

/** What is held out is kept in memory up to so many bytes. */
const mostKeptBytes = 2 ** 26

/**
 * Reads all blocks. Throws DATA as `readCsv`, and where a class is not learned from.
 */
export async function survey(
  source: Source,
  plan: TablePlan,
  options: SurveyOptions,
): Promise<Survey> {
  const found = new Findings(plan, options)
  for await (const block of source.blocks()) {
    found.add(block)
    const { bytesRead } = block
    options.onProgress?.({ bytesRead, totalBytes: source.sizeBytes })
  }
  return found.conclude(source)
}

class Findings {
  readonly #plan: TablePlan
  readonly #options: SurveyOptions
  readonly #pickTrain: ReturnType<typeof pickerOf>
  readonly #pickHeldOut: ReturnType<typeof pickerOf>
  readonly #blocks: BlockFacts[] = []
  readonly #inputs: RunningScaling
  readonly #targets = new RunningScaling(1)
  readonly #heldOutTargets = new RunningScaling(1)
  /** For each column of categories, whether a code was seen among the examples to learn from. */
  readonly #seen: (Set<number> | undefined)[]
  readonly #counts = new Map<number, { train: number; heldOut: number }>()
  #kept: RawBlock[] | undefined = []
  #keptBytes = 0
  #length = 0
  #train = 0
  #heldOut = 0

  constructor(plan: TablePlan, options: SurveyOptions) {
    this.#plan = plan
    this.#options = options
    this.#pickTrain = pickerOf(options, 'train')
    this.#pickHeldOut = pickerOf(options, 'heldOut')
    this.#inputs = new RunningScaling(options.inputRange ? 0 : plan.features.length)
    this.#seen = plan.features.map(({ kind }) => (kind === 'category' ? new Set() : undefined))
  }

  add(block: ReadBlock): void {
    const first = this.#length
    const train = this.#pickTrain(first, block.length)
    const heldOut = this.#pickHeldOut(first, block.length)
    this.#length += block.length
    this.#train += train.length
    this.#heldOut += heldOut.length
    const { place, mark } = block
    this.#blocks.push({
      ...place,
      ...{ first, train: train.length, heldOut: heldOut.length, mark },
    })
    this.#inputs.add(block.values, train)
    this.#targets.add(block.targets, train)
    this.#heldOutTargets.add(block.targets, heldOut)
    this.#see(block, train)
    this.#count(block.targets, train, 'train')
    this.#count(block.targets, heldOut, 'heldOut')
    this.#keep(block, heldOut)
  }

  #see({ values }: RawBlock, rows: Uint32Array): void {
    const width = this.#seen.length
    for (const [k, seen] of this.#seen.entries()) {
      if (seen) for (const row of rows) seen.add(values[row * width + k] ?? Number.NaN)
    }
  }

  /** More different targets than classes may be need not be known one by one. */
  #count(targets: Float64Array, rows: Uint32Array, part: 'train' | 'heldOut'): void {
    for (const row of rows) {
      const target = targets[row] ?? 0
      let counts = this.#counts.get(target)
      if (!counts) {
        if (this.#counts.size > mostClasses) return
        counts = { train: 0, heldOut: 0 }
        this.#counts.set(target, counts)
      }
      counts[part]++
    }
  }

  #keep({ values, targets }: RawBlock, rows: Uint32Array): void {
    if (!this.#kept || rows.length === 0) return
    const width = this.#plan.features.length
    this.#keptBytes += rows.length * (width + 1) * 8
    if (this.#keptBytes > mostKeptBytes) {
      this.#kept = undefined
      return
    }
    const kept = new Float64Array(rows.length * width)
    for (const [index, row] of rows.entries()) {
      kept.set(values.subarray(row * width, (row + 1) * width), index * width)
    }
    const targetsOfRows = Float64Array.from(rows, (row) => targets[row] ?? 0)
    this.#kept.push({ length: rows.length, values: kept, targets: targetsOfRows })
  }

  conclude(source: Source): Survey {
    const { table } = this.#plan
    const { share } = this.#options
    if (this.#train === 0 || (share > 0 && this.#heldOut === 0)) {
      throw noExamples(table, this.#length, this.#plan.missing)
    }
    const texts = source.texts()
    const target = this.#target(texts.at(-1) ?? [])
    const features = this.#features(texts)
    const preparation = this.#preparation(features, target)
    const places = features.map((column, k) =>
      column.kind === 'category'
        ? (texts[k] ?? []).map((text) => column.categories.indexOf(text))
        : undefined,
    )
    const isNumeric = this.#plan.target?.kind === 'number'
    const labels = target.task === 'classification' ? [...target.labels] : undefined
    const scale = preparation.target.kind === 'numbers' ? (preparation.target.scale[0] ?? 1) : 1
    return {
      blocks: blockTable(this.#blocks),
      target,
      preparer: { preparation, ...(isNumeric && labels && { labels }) },
      keptPreparer: { preparation, places, ...(labels && { labels }) },
      train: this.#train,
      heldOut: this.#heldOut,
      kept: this.#kept,
      spread: this.#heldOutTargets.spread(0) / scale ** 2,
      trainSpread: this.#targets.spread(0) / scale ** 2,
    }
  }

  #target(texts: readonly string[]): TargetKind {
    const { table, target } = this.#plan
    const isNumeric = target?.kind === 'number'
    const column = target?.name ?? ''
    const distinct = isNumeric ? [...this.#counts.keys()].toSorted((a, b) => a - b) : []
    const kind = targetKind(
      table,
      { distinct, texts, length: this.#length },
      { ...this.#options, isNumeric, column },
    )
    if (kind.task === 'regression') return kind
    for (const [value, { train, heldOut }] of this.#counts) {
      if (train > 0) continue
      throw neverLearned(table, kind.classes[kind.labels.get(value) ?? 0] ?? '', heldOut)
    }
    return kind
  }

  /** The categories are those that are learned from. */
  #features(texts: readonly (readonly string[])[]): readonly FeatureColumn[] {
    const { table, features } = this.#plan
    return features.map(({ name, kind, index }, k): FeatureColumn => {
      if (kind === 'number') return { name, kind }
      const categories = (texts[k] ?? []).filter((_, code) => this.#seen[k]?.has(code))
      checkCategories({ table, line: 0, column: index, columnName: name }, categories, this.#length)
      return { name, kind, categories: categories.toSorted() }
    })
  }

  #preparation(features: readonly FeatureColumn[], target: TargetKind): Preparation {
    const { plan, options } = { plan: this.#plan, options: this.#options }
    const { values } = target.task === 'classification' ? target : { values: undefined }
    return {
      format: 'sluice preparation',
      version: 1,
      columns: {
        ...{ features, target: plan.target?.name ?? '' },
        ...(values && { classValues: values }),
        hasHeader: plan.hasHeader,
        hasMissing: plan.missing === 'mean',
      },
      inputs: this.#scaling(features, options),
      target:
        target.task === 'classification'
          ? { kind: 'classes', classes: target.classes }
          : { kind: 'numbers', ...this.#targets.scaling(['target']) },
    }
  }

  #scaling(
    features: readonly FeatureColumn[],
    { scaling, inputRange }: SurveyOptions,
  ): Preparation['inputs'] {
    const inputs = inputNames(features).length
    if (inputRange) {
      const [least, greatest] = scaling === 'none' ? [0, 1] : inputRange
      return {
        mean: new Array<number>(inputs).fill(least),
        scale: new Array<number>(inputs).fill(greatest - least),
      }
    }
    const mean: number[] = []
    const scale: number[] = []
    const fill: number[] = []
    const none = { mean: 0, scale: 1 }
    for (const [k, column] of features.entries()) {
      const isNumber = column.kind === 'number'
      const found = isNumber ? checkedScale(column.name, this.#inputs.column(k)) : none
      const used = scaling === 'none' ? none : found
      for (let input = 0; input < inputCount(column); input++) {
        mean.push(used.mean)
        scale.push(used.scale)
        fill.push(found.mean)
      }
    }
    return { mean, scale, ...(this.#plan.missing === 'mean' && { fill }) }
  }
}

function noExamples(table: string, length: number, missing: TablePlan['missing']): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${table}: there are no examples for a part`,
    expected: 'examples to learn from, and some to hold out where that is asked for',
    got: `${length} in all${missing === 'drop' ? ', without those with a missing cell' : ''}`,
    fix: 'add examples, or hold out another share',
  })
}
