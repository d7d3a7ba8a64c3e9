/** What a contender brings: it loads what it needs, then prepares one work and does it. */
import type { Work } from '../works/work.ts'

export interface PeerOptions {
  readonly threads: number
  /** How the work is to be done, where a contender knows several ways. */
  readonly mode: string
}

/** Loads the library, untimed, and gives what prepares works. Throws Unavailable. */
export type LoadPeer = (options: PeerOptions) => Promise<PreparePeer>

/** Builds the model or the operands, and compiles what it can. Throws Unavailable. */
export type PreparePeer = (work: Work) => Prepared | Promise<Prepared>

export interface Prepared {
  /**
   * Does the work so many times, until all of it is done, and gives the loss of the last step.
   * A step's loss is of the parameters before the step, and a number that JavaScript has.
   */
  readonly run: (count: number) => number | Promise<number>
  /** Numbers of the output at `samplePlaces`, of a work that has no loss. */
  readonly sample?: () => readonly number[] | Promise<readonly number[]>
  /** Numbers of its own, such as `plan MB`. */
  readonly facts?: Readonly<Record<string, number>>
  /** What one has to know of its numbers. */
  readonly note?: string
}

/** A contender cannot do this work, and why: it stands in the table as a dash. */
export class Unavailable extends Error {}

/** Throws Unavailable with how to get it. */
export function notInstalled(name: string): Unavailable {
  return new Unavailable(`${name} is not installed: npm --prefix bench ci --ignore-scripts`)
}
