/** How well a model does on a dataset: its loss, and what people ask for besides. */
import {
  type BuilderProgram,
  type CompileOptions,
  compile,
  type InputDeclaration,
} from '../compile.ts'
import type { ExampleFacts, ExampleSource, TensorFacts } from '../data/index.ts'
import { batchesOf } from '../data/stream/batches-of.ts'
import { SluiceError } from '../errors.ts'
import { type DType, dtypes, isFloating } from '../ir/dtype.ts'
import { formatShape, type Shape, sameShape, sizeOf } from '../ir/shape.ts'
import { numberAt, type Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import type { Store } from '../runtime/store.ts'
import { createErrors, spreadIn } from './regression.ts'

export interface Scores {
  readonly loss: number
  /** The share, 0 … 1, of examples whose class is predicted; absent for a regression. */
  readonly accuracy?: number
  /** The share of the targets' variance that is explained, at best 1; absent for classes. */
  readonly r2?: number
  /** The mean absolute error, in the units of the targets; absent for classes. */
  readonly mae?: number
  readonly examples: number
}

/** A score by which models are compared. */
export type MetricName = 'loss' | 'accuracy' | 'r2' | 'mae'

/** Whether more of a metric is better. */
export function isBetterWhenGreater(metric: MetricName): boolean {
  return metric === 'accuracy' || metric === 'r2'
}

export interface ScorerOptions {
  readonly model: (x: Value) => Value
  /** The mean error over a batch. */
  readonly criterion: (prediction: Value, target: Value) => Value
  /** What the model's outputs are read as, beside the criterion: `sigmoid` for logits. */
  readonly predict?: (outputs: Value) => Value
  /** Where the weights live. */
  readonly store: Store
  /** How many examples run at once. Default 256. */
  readonly batchSize?: number
  /** What runs it: that of the other programs of the store. Default WebAssembly. */
  readonly backend?: NonNullable<CompileOptions['backend']>
}

/** What makes a program for a dataset: inputs x and y, of any number of examples. */
export type DatasetInputs = { readonly x: InputDeclaration; readonly y: InputDeclaration }

/** Inputs x and y that take batches of a dataset; pixels and other stored numbers arrive as f32. */
export function inputsFor({
  inputs,
  targets,
}: Pick<ExampleFacts, 'inputs' | 'targets'>): DatasetInputs {
  const declare = ({ shape, dtype }: TensorFacts): InputDeclaration => ({
    shape: [null, ...shape.slice(1)],
    dtype: computeDType(dtype),
  })
  return { x: declare(inputs), y: declare(targets) }
}

/**
 * A function that measures the model on `dataset` with the weights as they are at each call.
 *
 * Throws, when called: FEED or INDEX where the dataset does not fit the model.
 *
 * @example
 * const score = await createScorer(heldOut, { model, criterion: crossEntropy, store })
 * const { accuracy } = await score()
 */
export async function createScorer(
  dataset: ExampleSource,
  options: ScorerOptions,
): Promise<() => Promise<Scores>> {
  const { model, criterion, predict = (outputs) => outputs, store, batchSize = 256 } = options
  const { backend } = options
  const program = await compile(
    ({ x, y }) => {
      const outputs = model(x)
      return { prediction: predict(outputs), loss: criterion(outputs, y) }
    },
    { inputs: inputsFor(dataset), store, ...(backend && { backend }) },
  )
  const spread = dataset.task === 'regression' ? await spreadIn(dataset) : []
  return () => score(program, dataset, { size: batchSize, spread })
}

async function score(
  program: BuilderProgram<{ readonly prediction: Value; readonly loss: Value }>,
  dataset: ExampleSource,
  { size, spread }: { readonly size: number; readonly spread: readonly number[] },
): Promise<Scores> {
  let loss = 0
  let right = 0
  const errors = createErrors(spread)
  for await (const { inputs, targets } of batchesOf(dataset, { size, shuffle: false })) {
    const run = program.run({ x: inputs, y: targets })
    const count = inputs.shape[0] ?? 0
    loss += (await run.loss.item()) * count
    const { shape, dtype } = run.prediction
    const prediction = { shape, dtype, data: await run.prediction.data() }
    if (dataset.task === 'classification') right += countRight(prediction, targets)
    else errors.add(prediction, targets)
  }
  const examples = dataset.length
  const scores = { loss: loss / examples, examples }
  if (dataset.task === 'regression') return { ...scores, ...errors.scores() }
  return { ...scores, accuracy: right / examples }
}

/**
 * How many rows of `prediction` name the class of their target.
 *
 * A row of several numbers names the place of the largest, the first among equals; a single number
 * names class 1 from 0.5 upward. Targets are class indices, or floating point read the same way.
 * Throws: SHAPE where the two do not fit.
 */
export function countRight(prediction: Tensor, targets: Tensor): number {
  const rows = targets.shape[0] ?? 0
  const isIndices = !isFloating(targets.dtype)
  const isFit = isIndices
    ? sameShape(prediction.shape.slice(0, 1), targets.shape)
    : sameShape(prediction.shape, targets.shape)
  if (!isFit) throw doesNotFit(prediction.shape, targets.shape)
  let right = 0
  for (let row = 0; row < rows; row++) {
    const wanted = isIndices ? numberAt(targets, row) : classOfRow(targets, row)
    if (classOfRow(prediction, row) === wanted) right++
  }
  return right
}

function classOfRow(source: Tensor, row: number): number {
  const size = sizeOf(source.shape.slice(1))
  if (size === 1) return numberAt(source, row) >= 0.5 ? 1 : 0
  let best = 0
  for (let k = 1; k < size; k++) {
    if (numberAt(source, row * size + k) > numberAt(source, row * size + best)) best = k
  }
  return best
}

function computeDType(dtype: DType): DType {
  return dtypes[dtype].use === 'compute' ? dtype : 'f32'
}

function doesNotFit(prediction: Shape, targets: Shape): SluiceError {
  return new SluiceError({
    code: 'SHAPE',
    what: 'accuracy: predictions and targets do not fit',
    expected: 'one row of predictions for each target',
    got: `predictions ${formatShape(prediction)} and targets ${formatShape(targets)}`,
    fix: 'give predictions [examples, classes], with targets as class indices [examples]',
  })
}
