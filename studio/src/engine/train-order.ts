/** Which examples each iteration learns from: a function of the seed alone. */
import type { Tensor } from 'sluice'
import { type Batch, batches, type Dataset } from 'sluice/data'

export interface BatchFeeds extends Readonly<Record<string, Tensor>> {
  readonly x: Tensor
  readonly y: Tensor
}

export interface BatchOrder {
  readonly batchesPerEpoch: number
  /** The batch of an iteration; the next one costs little, any other a walk to it. */
  at(iteration: number): BatchFeeds
}

/** Batches as large as the dataset keep its order, so that all iterations are alike. */
export function createBatchOrder(
  dataset: Dataset,
  { batchSize, seed }: { readonly batchSize: number; readonly seed: number },
): BatchOrder {
  const size = Math.min(batchSize, dataset.length)
  const shuffle = size < dataset.length
  const batchesPerEpoch = Math.ceil(dataset.length / size)
  let ahead: Iterator<Batch> | undefined
  let last: { readonly iteration: number; readonly feeds: BatchFeeds } | undefined

  const begin = (iteration: number) => {
    const epoch = Math.floor(iteration / batchesPerEpoch) + 1
    const skip = iteration % batchesPerEpoch
    return batches(dataset, { size, seed, epoch, shuffle, skip })[Symbol.iterator]()
  }
  return {
    batchesPerEpoch,
    at(iteration) {
      if (last && (last.iteration === iteration || !shuffle)) return last.feeds
      const isNext = last?.iteration === iteration - 1 && iteration % batchesPerEpoch !== 0
      if (!ahead || !isNext) ahead = begin(iteration)
      const { value, done } = ahead.next()
      if (done) throw new Error(`no batch ${iteration} of ${batchesPerEpoch} in each epoch`)
      const feeds = { x: value.inputs, y: value.targets }
      last = { iteration, feeds }
      return feeds
    },
  }
}
