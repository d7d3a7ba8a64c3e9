/** Examples that are read as they are needed, and never all there at once. */
import type { DType } from '../../ir/dtype.ts'
import type { Shape } from '../../ir/shape.ts'
import type { Batch, BatchOptions } from '../batches.ts'
import type { DatasetFacts } from '../dataset.ts'

export interface TensorFacts {
  readonly shape: Shape
  readonly dtype: DType
}

/** What is known of examples without looking at them: of a dataset, and of a stream. */
export interface ExampleFacts extends Omit<DatasetFacts, 'inputs' | 'targets'> {
  /** [examples, ...features] */
  readonly inputs: TensorFacts
  /** [examples], or [examples, ...outputs] */
  readonly targets: TensorFacts
  /** How many examples there are. */
  readonly length: number
}

/** Batches that are made as they are asked for. Whoever stops early ends what makes them. */
export interface AsyncBatches extends AsyncIterable<Batch> {
  /** How many there are, those left out by `skip` included. */
  readonly length: number
}

/**
 * A source of examples: `fit` takes one wherever it takes a dataset. Anything with these facts and
 * `batches` is one.
 *
 * `batches` gives every example once in an order that is a function of seed and epoch alone, and the
 * same whatever is skipped: then a training that was interrupted goes on to the same bits.
 */
export interface ExampleStream extends ExampleFacts {
  batches(options: BatchOptions): AsyncBatches
  /** What tells these examples, and the order they come in, from others: a checkpoint keeps it. */
  digest(): string
  /**
   * For each output of a regression the sum of the squared distances of the targets from their mean,
   * for R². Where it is absent, a pass over the examples finds it.
   */
  readonly targetSpread?: readonly number[]
}

/** Whether examples come as a stream; else they are a dataset. */
export function isStream<D extends object>(data: D | ExampleStream): data is ExampleStream {
  return 'batches' in data && typeof data.batches === 'function'
}
