/** What a training remembers, so that it can go back to any iteration and come to the same numbers. */
import type { Store, Tensor } from 'sluice'
import type { Measurement } from './train-protocol.ts'

export interface Journal {
  readonly iteration: number
  readonly learningRate: number
  readonly losses: Float32Array
  readonly measurements: readonly Measurement[]
  /** Ends an iteration. */
  noteLoss(loss: number): void
  noteMeasurement(measurement: Measurement): void
  setLearningRate(learningRate: number): void
  /** Takes the states back to the nearest iteration at or before `to` that is remembered. */
  restore(to: number): void
  /** Eight digits of all losses so far and what these states hold. */
  fingerprint(keys: readonly string[]): string
}

/** The state that optimizers keep their rate in. */
const rateKey = 'learningRate'
/** More snapshots than this are thinned out to half. */
const mostSnapshots = 32

interface Snapshot {
  readonly iteration: number
  readonly states: ReadonlyMap<string, Tensor>
}

/** Begins with the states as the store has them. */
export function createJournal(store: Store, firstRate: number): Journal {
  const rates = new Map([[0, firstRate]])
  let losses = new Float32Array(1024)
  let measurements: Measurement[] = []
  let iteration = 0
  let learningRate = firstRate
  let spacing = 16
  let snapshots: readonly Snapshot[] = []

  const takeRate = () => {
    const rate = rates.get(iteration)
    if (rate === undefined) return
    learningRate = rate
    store.set(rateKey, rate)
  }
  const remember = () => {
    if (iteration % spacing !== 0) return
    const states = new Map(store.states.map(({ key }) => [key, store.get(key)]))
    snapshots = [...snapshots, { iteration, states }]
    if (snapshots.length <= mostSnapshots) return
    spacing *= 2
    snapshots = snapshots.filter((one) => one.iteration % spacing === 0)
  }
  remember()

  return {
    get iteration() {
      return iteration
    },
    get learningRate() {
      return learningRate
    },
    get losses() {
      return losses.subarray(0, iteration)
    },
    get measurements() {
      return measurements
    },
    noteLoss(loss) {
      if (iteration === losses.length) losses = grown(losses)
      losses[iteration++] = loss
      takeRate()
      if ((snapshots.at(-1)?.iteration ?? -1) < iteration) remember()
    },
    noteMeasurement(measurement) {
      measurements.push(measurement)
    },
    setLearningRate(rate) {
      for (const at of [...rates.keys()]) if (at > iteration) rates.delete(at)
      rates.set(iteration, rate)
      takeRate()
    },
    restore(to) {
      const from = snapshots.findLast((one) => one.iteration <= to)
      if (!from) return
      for (const [key, contents] of from.states) store.set(key, contents)
      iteration = from.iteration
      measurements = measurements.filter((one) => one.iteration <= iteration)
      learningRate = rateAt(rates, iteration)
      store.set(rateKey, learningRate)
    },
    fingerprint(keys) {
      const parts = keys.map((key) => store.get(key).data)
      const hash = [losses.subarray(0, iteration), ...parts].reduce(
        (sum, { buffer, byteOffset, byteLength }) =>
          hashOf(new Uint32Array(buffer, byteOffset, byteLength / 4), sum),
        firstHash,
      )
      return hash.toString(16).padStart(8, '0')
    },
  }
}

function grown(full: Float32Array): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(2 * full.length)
  larger.set(full)
  return larger
}

/** The last rate that was set at or before an iteration. */
function rateAt(rates: ReadonlyMap<number, number>, iteration: number): number {
  const earlier = [...rates].filter(([at]) => at <= iteration)
  return earlier.reduce((a, b) => (b[0] >= a[0] ? b : a))[1]
}

const firstHash = 0x811c9dc5

/** FNV-1a over whole words. */
function hashOf(words: Uint32Array, start: number): number {
  let hash = start
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193) >>> 0
  return hash
}
