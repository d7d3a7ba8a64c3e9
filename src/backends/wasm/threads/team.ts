/** A program whose steps are run by several threads, this one among them. */
import { SluiceError } from '../../../errors.ts'
import { faultAddress } from '../memory.ts'
import type { Pace } from './pace.ts'
import { coreCount, mayWait } from './platform.ts'
import { Pool, type SharedProgram } from './pool.ts'
import { addresses, phases } from './words.ts'

export interface TeamOptions {
  readonly program: SharedProgram
  readonly threads: number
  /** Runs a whole step on this thread alone; gives why it failed. */
  readonly alone: () => number
  /** Whether steps are shared that could be. Default: always. */
  readonly pace?: Pace
  /** How long to wait for the others at least, in milliseconds. Default 5000. */
  readonly patienceMs?: number
}

type Share = (thread: number, threads: number) => number

/** What a module imports to wait with, on the thread that starts steps. */
interface HostImports {
  readonly memory: WebAssembly.Memory
  readonly wait: (generation: number) => void
  readonly wake: () => void
}

/** How long others may take, as a multiple of what this thread took for its own share. */
const patienceFactor = 20
/** How often a thread looks for the others before it sleeps: some ten microseconds. */
const eagerSpins = 20_000
/** Where there are more threads than cores, another thread needs this one's core. */
const fewSpins = 50

/**
 * Runs steps with the workers of a pool. Until they have started, and once one of them is lost, this
 * thread runs alone: the results are the same.
 */
export class Team {
  readonly #pool: Pool
  readonly #alone: () => number
  readonly #share: Share
  readonly #words: Int32Array
  readonly #patienceMs: number
  readonly #pace: Pace | undefined
  readonly #mayWait = mayWait()
  readonly #workers: number
  readonly #program: number
  #startedAt = 0

  constructor(pool: Pool, options: TeamOptions) {
    const { program, threads, alone, pace, patienceMs = 5000 } = options
    const { module, memory } = program
    this.#pool = pool
    this.#alone = alone
    this.#patienceMs = patienceMs
    this.#pace = pace
    // Shared memory grows in place, so views of its beginning stay good.
    this.#words = new Int32Array(memory.buffer, 0, 256)
    this.#workers = threads - 1
    const host: HostImports = {
      memory,
      wait: (generation) => this.#wait(generation),
      wake: () => void Atomics.notify(this.#words, wordAt(addresses.generation)),
    }
    const { exports } = new WebAssembly.Instance(module, { host: { ...host } })
    this.#share = exports.share as Share // as SharedProgram says
    this.#words[wordAt(addresses.spins)] = threads <= coreCount() ? eagerSpins : fewSpins
    this.#program = pool.load(program, this.#workers)
    forgotten.register(this, { pool, program: this.#program, workers: this.#workers })
  }

  /** How many threads run a step: 1 once one of them is lost. */
  get threads(): number {
    return this.#pool.isLost || this.#isBroken ? 1 : this.#workers + 1
  }

  /** Whether the next step is run by all threads. */
  get isReady(): boolean {
    return !this.#isBroken && this.#pool.isReady(this.#workers)
  }

  /** Resolves when all threads have started, or when it is clear that they will not soon. */
  async ready(): Promise<void> {
    const until = performance.now() + startMs
    while (this.threads > 1 && !this.isReady && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  /**
   * One step; gives why it failed. Where a thread is lost before any state has changed, this one runs
   * the step again, alone; else throws THREADS.
   */
  step(): number {
    if (!this.isReady) return this.#alone()
    const pace = this.#pace
    const start = performance.now()
    const fault = !pace || pace.isShared ? this.#together(start) : this.#alone()
    pace?.note(performance.now() - start)
    return fault
  }

  #together(start: number): number {
    const words = this.#words
    this.#startedAt = start
    words[wordAt(faultAddress)] = 0
    words[wordAt(addresses.phase)] = phases.kernels
    this.#pool.start(this.#program, this.#workers)
    try {
      return this.#share(0, this.#workers + 1)
    } catch (error) {
      return this.#recover(error)
    }
  }

  get #isBroken(): boolean {
    return this.#words[wordAt(addresses.broken)] !== 0
  }

  #wait(generation: number): void {
    const words = this.#words
    const at = wordAt(addresses.generation)
    const now = performance.now()
    const until = now + this.#patienceMs + patienceFactor * (now - this.#startedAt)
    if (this.#mayWait) Atomics.add(words, wordAt(addresses.sleepers), 1)
    while (
      Atomics.load(words, at) === generation &&
      Atomics.load(words, wordAt(addresses.broken)) === 0
    ) {
      const left = until - performance.now()
      if (left <= 0) this.#giveUp()
      else if (this.#mayWait) Atomics.wait(words, at, generation, left)
    }
    if (this.#mayWait) Atomics.sub(words, wordAt(addresses.sleepers), 1)
  }

  /** Tells all threads of this memory to leave their steps. */
  #giveUp(): void {
    const words = this.#words
    Atomics.store(words, wordAt(addresses.broken), 1)
    Atomics.add(words, wordAt(addresses.generation), 1)
    Atomics.notify(words, wordAt(addresses.generation))
  }

  #recover(error: unknown): number {
    const isOwn = !this.#isBroken
    if (isOwn) this.#giveUp()
    this.#pool.close()
    const phase = Atomics.load(this.#words, wordAt(addresses.phase))
    if (isOwn) throw error
    // Who is only slow may still write for a moment, until it is ended.
    const until = performance.now() + graceMs
    while (performance.now() < until);
    if (phase >= phases.commits) throw lostInCommits()
    return this.#alone()
  }
}

/** What workers may take to start. */
const startMs = 5000
/** What an ended thread may take to stop. */
const graceMs = 20

function wordAt(address: number): number {
  return address / Int32Array.BYTES_PER_ELEMENT
}

const forgotten = new FinalizationRegistry<{
  readonly pool: Pool
  readonly program: number
  readonly workers: number
}>(({ pool, program, workers }) => pool.drop(program, workers))

// Threads are worth having once: all programs take turns in the same ones.
let shared: Pool | undefined

/** A team of up to that many threads; undefined where there are no workers. */
export function startTeam(options: TeamOptions): Team | undefined {
  const { threads } = options
  if (!shared || shared.isLost) shared = new Pool({ isEager: threads <= coreCount() })
  const workers = Math.min(shared.grow(threads - 1), threads - 1)
  return workers > 0 ? new Team(shared, { ...options, threads: workers + 1 }) : undefined
}

function lostInCommits(): SluiceError {
  return new SluiceError({
    code: 'THREADS',
    what: 'run: a worker thread ended while states were being changed',
    expected: 'threads that last as long as the program',
    got: 'some states are as they were before the step, others as after it',
    fix: 'set the states to what they were at a checkpoint; the programs of this store run on one thread from now on, and may have run out of memory',
  })
}
