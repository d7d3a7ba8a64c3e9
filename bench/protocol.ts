/** What the stage and a contender in its own process say to each other, one after the other. */
import type { PeerOptions } from './peers/peer.ts'
import type { Work } from './works/work.ts'

export interface PrepareOrder extends PeerOptions {
  readonly kind: 'prepare'
  readonly peer: string
  readonly work: Work
  /** How many steps it shows the losses of, ... */
  readonly checks: number
  /** ... if they take no longer than this. */
  readonly checkSeconds: number
  readonly warmUpSeconds: number
}

export type Order = PrepareOrder | { readonly kind: 'turn'; readonly seconds: number }

export type Reply =
  | {
      readonly kind: 'prepared'
      /** The losses of its first steps, or its output at `samplePlaces`. */
      readonly numbers: readonly number[]
      /** From the description of the work to the end of doing it for the first time. */
      readonly firstSeconds: number
      readonly facts: Readonly<Record<string, number>>
      readonly note?: string
      /** Seconds for one repetition. */
      readonly estimate: number
    }
  | {
      readonly kind: 'turned'
      readonly count: number
      readonly seconds: number
      /** The most memory that its process has held, resident. */
      readonly peakMegabytes: number
    }
  | { readonly kind: 'unavailable'; readonly reason: string }
