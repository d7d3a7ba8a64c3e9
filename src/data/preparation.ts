/**
 * What is done to data before a network sees them, learned from the training part alone: plain data,
 * which is saved with a model so that what is to be predicted is prepared alike.
 */
import { internalError, SluiceError } from '../errors.ts'
import { isFloating } from '../ir/dtype.ts'
import { formatShape, sizeOf } from '../ir/shape.ts'
import { numberAt, type Tensor } from '../ir/tensor.ts'
import { inputCount, inputNames, type TableColumns } from './columns.ts'
import { createDataset, type Dataset } from './dataset.ts'
import { type Scaling, scaled, standardScaling } from './scaling.ts'
import { seenColumns, selectInputs } from './seen-categories.ts'

/** Plain data: `JSON.stringify` writes all of it, `parsePreparation` reads it back. */
export interface Preparation {
  readonly format: 'sluice preparation'
  readonly version: 1
  /** What the inputs are, by the columns of a table. */
  readonly columns: TableColumns
  /** Of each input: one for a column of numbers, one for each category of a column of texts. */
  readonly inputs: PreparedInputs
  readonly target: PreparedTarget
}

export interface PreparedInputs extends Scaling {
  /** What stands for a missing number, before it is scaled: the mean of the training part. */
  readonly fill?: readonly number[]
}

export type PreparedTarget =
  | { readonly kind: 'classes'; readonly classes: readonly string[] }
  /** What makes targets of a regression, of mean 0 and deviation 1, out of what the data say. */
  | ({ readonly kind: 'numbers' } & Scaling)

export interface PreparationOptions {
  /**
   * `standard` brings each input to mean 0 and deviation 1, `range` the declared `inputRange` to
   * 0 … 1, `none` leaves them. Default: `range` where the dataset declares one, else `standard`.
   */
  readonly scaling?: 'standard' | 'range' | 'none'
}

/**
 * Learns from the training part how to prepare data: means and deviations of inputs and of the
 * targets of a regression. Inputs made of categories stay 0 and 1; categories that the training part
 * has none of are left out.
 *
 * Throws: DATA where an input has no number at all, or `range` is asked for and none declared.
 *
 * @example
 * const parts = split(await readCsv('wine.csv'), { heldOut: 0.2, stratified: true })
 * const preparation = fitPreparation(parts.train)
 * const train = prepare(parts.train, preparation)
 * const heldOut = prepare(parts.heldOut, preparation)
 */
export function fitPreparation(train: Dataset, options: PreparationOptions = {}): Preparation {
  const all = train.columns ?? columnsOf(train)
  const columns = train.columns ? seenColumns(all, train.inputs) : all
  const inputs = selectInputs(train.inputs, all, columns)
  return {
    format: 'sluice preparation',
    version: 1,
    columns,
    inputs: fitInputs({ ...train, inputs }, columns, options),
    target: fitTarget(train),
  }
}

/**
 * The dataset as a network is to see it: inputs in f32, scaled, missing numbers at the mean, a category
 * that was not learned from as none of them; targets of a regression in f32 and scaled, class indices
 * as they are.
 *
 * Throws: DATA where the dataset has other inputs than the preparation was learned from.
 */
export function prepare(dataset: Dataset, preparation: Preparation): Dataset {
  const { columns, inputs, target } = preparation
  const { inputRange: _, ...facts } = dataset
  const raw = dataset.columns
    ? selectInputs(dataset.inputs, dataset.columns, columns)
    : dataset.inputs
  return createDataset({
    ...facts,
    ...(raw !== dataset.inputs && { columns, featureNames: inputNames(columns.features) }),
    inputs: prepareInputs(raw, preparation),
    targets: target.kind === 'numbers' ? scaled(dataset.targets, target) : dataset.targets,
    ...(isUnitRange(dataset, inputs) && { inputRange: [0, 1] }),
  })
}

/** Inputs [examples, …] of raw numbers, in f32 and scaled. Throws DATA where they are not as many. */
export function prepareInputs(inputs: Tensor, { inputs: scaling }: Preparation): Tensor {
  if (sizeOf(inputs.shape.slice(1)) === scaling.mean.length)
    return scaled(inputs, scaling, scaling.fill)
  throw new SluiceError({
    code: 'DATA',
    what: 'prepare: the inputs are not those that the preparation was learned from',
    expected: `${scaling.mean.length} inputs an example`,
    got: `inputs ${formatShape(inputs.shape)}`,
    fix: 'prepare the parts of one dataset',
  })
}

/**
 * Predictions of a regression as numbers in the units of the data, in f64.
 *
 * Shapes: predictions [examples, …outputs] → the same.
 * Throws: DATA where the preparation is of a classification.
 */
export function restoreTargets(
  predictions: Tensor,
  { target }: Preparation,
): Tensor<readonly number[], 'f64'> {
  if (target.kind === 'classes') {
    throw new SluiceError({
      code: 'DATA',
      what: 'restoreTargets: these are predictions of classes',
      expected: 'the preparation of a regression',
      got: `classes ${target.classes.join(', ')}`,
      fix: 'take the class of each row by predictedClasses()',
    })
  }
  const { mean, scale } = target
  const data = Float64Array.from({ length: predictions.data.length }, (_, at) => {
    const output = at % mean.length
    return numberAt(predictions, at) * (scale[output] ?? 1) + (mean[output] ?? 0) // both inside
  })
  return { shape: predictions.shape, dtype: 'f64', data }
}

/**
 * The class that each row of predictions names: the place of its largest number, the first among
 * equals; a single number names the second class from 0.5 upward.
 *
 * Shapes: predictions [examples, classes] or [examples, 1] → one name for each example.
 * Throws: DATA where the preparation is of a regression.
 */
export function predictedClasses(predictions: Tensor, { target }: Preparation): readonly string[] {
  if (target.kind === 'numbers') {
    throw new SluiceError({
      code: 'DATA',
      what: 'predictedClasses: these are predictions of numbers',
      expected: 'the preparation of a classification',
      got: 'that of a regression',
      fix: 'take the numbers by restoreTargets()',
    })
  }
  const size = sizeOf(predictions.shape.slice(1))
  return Array.from({ length: predictions.shape[0] ?? 0 }, (_, row) => {
    const label = labelOfRow(predictions, row, size)
    return target.classes[label] ?? String(label)
  })
}

function labelOfRow(predictions: Tensor, row: number, size: number): number {
  if (size === 1) return numberAt(predictions, row) >= 0.5 ? 1 : 0
  let best = 0
  for (let k = 1; k < size; k++) {
    if (numberAt(predictions, row * size + k) > numberAt(predictions, row * size + best)) best = k
  }
  return best
}

/** A dataset that was not read from a table is as one with a column for each input. */
function columnsOf({ inputs, featureNames, task }: Dataset): TableColumns {
  const count = sizeOf(inputs.shape.slice(1))
  const names = featureNames ?? Array.from({ length: count }, (_, index) => `x${index + 1}`)
  return {
    features: names.map((name) => ({ name, kind: 'number' })),
    target: task === 'classification' ? 'class' : 'y',
    hasHeader: true,
    hasMissing: false,
  }
}

function fitInputs(
  train: Dataset,
  columns: TableColumns,
  { scaling = train.inputRange ? 'range' : 'standard' }: PreparationOptions,
): PreparedInputs {
  const { features, hasMissing } = columns
  const names = inputNames(features)
  if (names.length !== sizeOf(train.inputs.shape.slice(1))) {
    throw internalError('fitPreparation: columns and inputs differ', names.join(', '))
  }
  const standard = standardScaling(train.inputs, names)
  const fill = hasMissing ? { fill: standard.mean } : {}
  if (scaling === 'range') return { ...rangeScaling(train, names.length), ...fill }
  const stays = features.flatMap((column) =>
    new Array<boolean>(inputCount(column)).fill(column.kind === 'category' || scaling === 'none'),
  )
  return {
    mean: standard.mean.map((mean, input) => (stays[input] ? 0 : mean)),
    scale: standard.scale.map((scale, input) => (stays[input] ? 1 : scale)),
    ...fill,
  }
}

function rangeScaling({ name, inputRange }: Dataset, count: number): Scaling {
  if (!inputRange) {
    throw new SluiceError({
      code: 'DATA',
      what: `fitPreparation: the range of the inputs of "${name}" is not known`,
      expected: 'a dataset that declares inputRange',
      got: "scaling: 'range'",
      fix: "choose scaling: 'standard'",
    })
  }
  const [least, greatest] = inputRange
  return {
    mean: new Array<number>(count).fill(least),
    scale: new Array<number>(count).fill(greatest - least),
  }
}

function fitTarget({ task, targets, classes }: Dataset): PreparedTarget {
  if (task === 'classification') {
    const outputs = sizeOf(targets.shape.slice(1))
    const count = isFloating(targets.dtype) ? Math.max(2, outputs) : greatestOf(targets) + 1
    const numbers = Array.from({ length: count }, (_, label) => String(label))
    return { kind: 'classes', classes: classes ?? numbers }
  }
  const outputs = Array.from({ length: sizeOf(targets.shape.slice(1)) }, () => 'target')
  return { kind: 'numbers', ...standardScaling(targets, outputs) }
}

function greatestOf(targets: Tensor): number {
  let greatest = 0
  for (let at = 0; at < targets.data.length; at++) {
    greatest = Math.max(greatest, numberAt(targets, at))
  }
  return greatest
}

function isUnitRange({ inputRange }: Dataset, { mean, scale }: Scaling): boolean {
  if (!inputRange) return false
  const [least, greatest] = inputRange
  return mean.every((m) => m === least) && scale.every((s) => s === greatest - least)
}
