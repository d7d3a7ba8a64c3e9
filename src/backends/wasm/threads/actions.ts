/** What the threads of a step do one after another: what they share, what one does, where they meet. */
import type { Repeat } from '../../../kernel/routine.ts'
import { costOf, type Emitted } from '../emitted.ts'
import type { EmittedKernel } from '../kernel-context.ts'

/** Bytes from … to, exclusive. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** What a kernel touches of the memory that threads share. */
export interface Touches {
  readonly reads: readonly Span[]
  readonly writes: readonly Span[]
}

/** A kernel or a loop, with what it touches; of a loop the body's pieces too. */
export interface Piece extends Touches {
  readonly emitted: Emitted
  readonly body: readonly Piece[]
}

export type Action =
  /** All threads wait for each other. */
  | { readonly kind: 'meet' }
  /** Each thread runs its share of the chunks. */
  | { readonly kind: 'share'; readonly kernel: EmittedKernel }
  /** One thread runs them: of n threads that with the number `owner` modulo n. */
  | { readonly kind: 'alone'; readonly owner: number; readonly kernels: readonly Emitted[] }
  /** All threads run the body at each turn. */
  | { readonly kind: 'loop'; readonly repeat: Repeat; readonly body: readonly Action[] }

export interface Sharing {
  /** Kernels that take longer are shared, in nanoseconds. */
  readonly leastCost: number
  /** Whether kernels that are not shared go to the threads in turn, else all to the first. */
  readonly isSpread: boolean
}

/** What pays: a barrier costs about a microsecond. */
export const worthwhile: Sharing = { leastCost: 5000, isSpread: false }
/** Whatever can be shared, to test that it may be. */
export const everything: Sharing = { leastCost: 0, isSpread: true }

/** The actions that do what the pieces do in their order; at the end threads have not met. */
export function actionsOf(pieces: readonly Piece[], sharing: Sharing): readonly Action[] {
  return new Planner(sharing).plan(pieces)
}

/** Nanoseconds that the actions take so many threads. */
export function timeOf(actions: readonly Action[], threads: number): number {
  let time = 0
  for (const action of actions) {
    switch (action.kind) {
      case 'meet':
        if (threads > 1) time += meetingCost * threads
        break
      case 'share': {
        const { cost, chunks } = action.kernel
        time += (cost * Math.ceil(chunks / threads)) / chunks
        break
      }
      case 'alone':
        for (const kernel of action.kernels) time += costOf(kernel)
        break
      case 'loop':
        time += action.repeat.count * timeOf(action.body, threads)
        break
    }
  }
  return time
}

/** How many threads do the actions soonest; 1 unless more are clearly sooner. */
export function bestThreads(actions: readonly Action[], limit: number): number {
  let best = 1
  let bestTime = timeOf(actions, 1) * leastGain - startCost
  for (let threads = 2; threads <= limit; threads++) {
    const time = timeOf(actions, threads)
    // A thread more has to be worth it: others may need its core.
    if (time < bestTime) {
      best = threads
      bestTime = time * threadGain
    }
  }
  return best
}

/** What a barrier costs for each thread that comes to it, in nanoseconds. */
const meetingCost = 400
/** Waking the others, now and then from sleep. */
const startCost = 20_000
const leastGain = 0.8
const threadGain = 0.97

class Planner {
  readonly #sharing: Sharing
  /** What was touched since the threads last met: by all, and by one. */
  #byAll: Touches[] = []
  #byOne: (Touches & { readonly owner: number })[] = []
  #next = 0

  constructor(sharing: Sharing) {
    this.#sharing = sharing
  }

  plan(pieces: readonly Piece[]): readonly Action[] {
    const actions: Action[] = []
    for (const piece of pieces) {
      const { emitted } = piece
      if (!isShared(emitted, this.#sharing)) this.#alone(piece, actions)
      else if ('repeat' in emitted) {
        // Whatever a turn does, the turn before it has done its part.
        this.#meet()
        const body = this.plan(piece.body)
        actions.push({ kind: 'loop', repeat: emitted.repeat, body: [{ kind: 'meet' }, ...body] })
      } else {
        this.#make(actions, isInTheWay(piece, this.#byAll) || isInTheWay(piece, this.#byOne))
        this.#byAll.push(piece)
        actions.push({ kind: 'share', kernel: emitted })
      }
    }
    return actions
  }

  #alone(piece: Piece, actions: Action[]): void {
    const { isSpread } = this.#sharing
    const owner = isSpread ? this.#next++ : 0
    const { reads, writes, emitted } = piece
    const others = isSpread ? this.#byOne.filter((before) => before.owner !== owner) : []
    this.#make(actions, isInTheWay(piece, this.#byAll) || isInTheWay(piece, others))
    this.#byOne.push({ reads, writes, owner })
    const last = actions.at(-1)
    const list = last?.kind === 'alone' && last.owner === owner ? last.kernels : undefined
    if (list)
      (list as Emitted[]).push(emitted) // made below
    else actions.push({ kind: 'alone', owner, kernels: [emitted] })
  }

  #make(actions: Action[], needsMeeting: boolean): void {
    if (!needsMeeting) return
    this.#meet()
    actions.push({ kind: 'meet' })
  }

  #meet(): void {
    this.#byAll = []
    this.#byOne = []
  }
}

/** Whether threads share a kernel, or one within a loop. */
export function isShared(emitted: Emitted, sharing: Sharing): boolean {
  if ('repeat' in emitted) return emitted.body.some((inner) => isShared(inner, sharing))
  return emitted.chunks > 1 && emitted.cost > sharing.leastCost
}

/** Whether one writes what the other reads or writes. */
function isInTheWay({ reads, writes }: Touches, others: readonly Touches[]): boolean {
  return others.some(
    (other) =>
      overlap(other.writes, reads) || overlap(other.writes, writes) || overlap(other.reads, writes),
  )
}

function overlap(some: readonly Span[], others: readonly Span[]): boolean {
  return some.some(({ from, to }) => others.some((other) => other.from < to && from < other.to))
}
