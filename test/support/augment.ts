/** A module of a map, as users write one for their workers; in two epochs it fails. */
import { isMainThread } from 'node:worker_threads'
import { type Batch, eachExample, type MapContext } from '../../src/data/index.ts'

export function map(batch: Batch, context: MapContext): Batch {
  if (context.epoch === 7) throw new RangeError(`on ${isMainThread ? 'this' : 'another'} thread`)
  if (context.epoch === 8) process.exit(3)
  return jitter(batch, context) as Batch // it gives one at once
}

const jitter = eachExample(({ inputs }, { random }) => {
  for (let k = 0; k < inputs.data.length; k++) {
    inputs.data[k] = Number(inputs.data[k]) + random() / 8
  }
})
