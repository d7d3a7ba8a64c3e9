/** Batches of a dataset and of a stream in one way. */
import { type Batch, type Batches, type BatchOptions, batches } from '../batches.ts'
import type { Dataset } from '../dataset.ts'
import { type AsyncBatches, type ExampleStream, isStream } from './example-stream.ts'

/** What examples are given as: all there, or as they are needed. */
export type ExampleSource = Dataset | ExampleStream

/** The batches of examples: at once of a dataset, to be waited for of a stream. Throws OPTION as `batches`. */
export function batchesOf(examples: ExampleSource, options: BatchOptions): Batches | AsyncBatches {
  return isStream(examples) ? examples.batches(options) : batches(examples, options)
}

type Turn = IteratorResult<Batch, unknown>

/** One batch after another, without waiting for what is there. */
export interface BatchTurns {
  next(): Turn | Promise<Turn>
  /** Ends what makes them: to be called when no more are wanted. */
  return?(value?: undefined): unknown
}

export function turnsOf(found: Batches | AsyncBatches): BatchTurns {
  return Symbol.asyncIterator in found ? found[Symbol.asyncIterator]() : found[Symbol.iterator]()
}
