/** A dataset is plain data: inputs, targets, and what is known of them. */
import { SluiceError } from '../errors.ts'
import { dtypes, isFloating } from '../ir/dtype.ts'
import { formatShape, type Shape, sizeOf } from '../ir/shape.ts'
import { numberAt, type Tensor } from '../ir/tensor.ts'
import { formatType } from '../ir/value.ts'
import type { TableColumns } from './columns.ts'

export interface DatasetFacts {
  readonly name: string
  readonly task: 'classification' | 'regression'
  /** [examples, ...features]: one example a row. */
  readonly inputs: Tensor
  /** Class indices [examples] in i32; or [examples, ...outputs] in floating point. */
  readonly targets: Tensor
  /** What each class index means. */
  readonly classes?: readonly string[]
  /** A name for each input. */
  readonly featureNames?: readonly string[]
  /** The columns of the table that it was read from. */
  readonly columns?: TableColumns
  /** How the features of one example are laid out where they are an image: [rows, columns]. */
  readonly imageShape?: Shape
  /** The least and the greatest number that an input may be: what `scaleInputs` maps to 0 … 1. */
  readonly inputRange?: readonly [least: number, greatest: number]
  /** Who made it, and its licence. */
  readonly source?: string
}

export interface Dataset extends DatasetFacts {
  /** How many examples there are. */
  readonly length: number
}

/**
 * A dataset of one's own.
 *
 * Throws: DATA where it is empty, where inputs and targets differ in length, where feature names or
 * the range of its inputs are none, or where a class index has no class.
 *
 * @example
 * const points = createDataset({
 *   name: 'points',
 *   task: 'classification',
 *   inputs: tensor([[0.2, 0.7], [0.9, 0.1]]),
 *   targets: tensor([0, 1], { dtype: 'i32' }),
 *   classes: ['red', 'blue'],
 * })
 */
export function createDataset(facts: DatasetFacts): Dataset {
  const { inputs, targets } = facts
  const [length = 0] = inputs.shape
  if (length === 0) throw noExamples(facts)
  if (targets.shape[0] !== length) throw differentLengths(facts)
  checkNames(facts)
  checkRange(facts)
  checkLabels(facts)
  return Object.freeze({ ...facts, length })
}

/**
 * The same dataset with the inputs in f32, moved from their range to another: pixels 0 … 16 to
 * 0 … 1 where nothing else is said.
 *
 * Throws: DATA where `from` is not given and the dataset declares no `inputRange`.
 *
 * @example
 * const scaled = scaleInputs(await digits()) // pixels / 16
 */
export function scaleInputs(
  dataset: Dataset,
  options: {
    readonly from?: readonly [number, number]
    readonly to?: readonly [number, number]
  } = {},
): Dataset {
  const { from = dataset.inputRange, to = [0, 1] } = options
  if (!from) {
    throw new SluiceError({
      code: 'DATA',
      what: `scaleInputs: the range of the inputs of "${dataset.name}" is not known`,
      expected: 'a dataset that declares inputRange, or { from: [least, greatest] }',
      got: 'neither',
      fix: 'pass { from }',
    })
  }
  const { inputs } = dataset
  const scale = (to[1] - to[0]) / (from[1] - from[0])
  const data = Float32Array.from(
    { length: inputs.data.length },
    (_, index) => to[0] + (numberAt(inputs, index) - from[0]) * scale,
  )
  const scaled: Tensor = { shape: inputs.shape, dtype: 'f32', data }
  return createDataset({ ...dataset, inputs: scaled, inputRange: [to[0], to[1]] })
}

/**
 * The examples at `indices`, in that order.
 *
 * Throws: INDEX for an index that is no example's; DATA where there are none.
 */
export function pick(dataset: Dataset, indices: ArrayLike<number>): Dataset {
  const { inputs, targets } = dataset
  return createDataset({
    ...dataset,
    inputs: pickRows(inputs, indices),
    targets: pickRows(targets, indices),
  })
}

/** The rows of a tensor at `indices`, copied. */
export function pickRows(source: Tensor, indices: ArrayLike<number>): Tensor {
  const [rows = 0, ...rest] = source.shape
  const size = sizeOf(rest)
  const data = dtypes[source.dtype].allocate(indices.length * size)
  for (let row = 0; row < indices.length; row++) {
    const from = indices[row] ?? -1
    if (!(Number.isInteger(from) && from >= 0 && from < rows)) throw noSuchExample(from, rows)
    const picked = source.data.subarray(from * size, (from + 1) * size)
    data.set(picked as never, row * size) // one dtype on both sides
  }
  return { shape: [indices.length, ...rest], dtype: source.dtype, data }
}

function noExamples({ name, inputs }: DatasetFacts): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `dataset "${name}": there are no examples`,
    expected: 'inputs [examples, ...features] with at least one example',
    got: `inputs ${formatType(inputs)}`,
    fix: 'give data with one row for each example',
  })
}

function differentLengths({ name, inputs, targets }: DatasetFacts): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `dataset "${name}": inputs and targets differ in length`,
    expected: `${inputs.shape[0]} targets, one for each example`,
    got: `inputs ${formatType(inputs)} and targets ${formatType(targets)}`,
    fix: 'give one target for each row of the inputs',
  })
}

function checkNames({ name, inputs, featureNames }: DatasetFacts): void {
  const count = sizeOf(inputs.shape.slice(1))
  if (!featureNames || featureNames.length === count) return
  throw new SluiceError({
    code: 'DATA',
    what: `dataset "${name}": the feature names are not one for each input`,
    expected: `${count} names`,
    got: `${featureNames.length}: ${featureNames.slice(0, 12).join(', ')}`,
    fix: 'name every input, or leave out `featureNames`',
  })
}

function checkRange({ name, inputRange = [0, 1] }: DatasetFacts): void {
  const [least, greatest] = inputRange
  if (Number.isFinite(least) && Number.isFinite(greatest) && least < greatest) return
  throw new SluiceError({
    code: 'DATA',
    what: `dataset "${name}": inputRange is no range`,
    expected: '[least, greatest], finite and least < greatest',
    got: `[${least}, ${greatest}]`,
    fix: 'give the numbers between which the inputs lie',
  })
}

function noSuchExample(index: number, length: number): SluiceError {
  return new SluiceError({
    code: 'INDEX',
    what: `dataset: there is no example ${index}`,
    expected: `an index from 0 to ${length - 1}`,
    got: String(index),
    fix: 'count examples from 0',
  })
}

/** Class indices must be one for each example and name a class. */
function checkLabels({ name, task, targets, classes }: DatasetFacts): void {
  if (task !== 'classification' || isFloating(targets.dtype)) return
  if (targets.shape.length !== 1) {
    throw new SluiceError({
      code: 'DATA',
      what: `dataset "${name}": the class indices are not one for each example`,
      expected: `targets i32${formatShape(targets.shape.slice(0, 1))}`,
      got: formatType(targets),
      fix: 'give one class index for each example; one-hot rows are floating point',
    })
  }
  const count = classes?.length ?? Number.POSITIVE_INFINITY
  for (let index = 0; index < targets.data.length; index++) {
    const label = numberAt(targets, index)
    if (label >= 0 && label < count) continue
    throw new SluiceError({
      code: 'DATA',
      what: `dataset "${name}": a class index has no class`,
      where: `example ${index}`,
      expected: classes ? `0 to ${count - 1}: ${classes.join(', ')}` : '0 or more',
      got: String(label),
      fix: 'count classes from 0, and name all of them in `classes`',
    })
  }
}
