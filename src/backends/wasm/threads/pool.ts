/** The workers of this thread: they run steps of any program that they were given. */
import { startWorker, type ThreadWorker } from './platform.ts'
import { slots, slotWords } from './words.ts'
import { workerSource } from './worker-source.ts'

/** A module that exports `share`, (thread, threads) → why the step failed, and its memory. */
export interface SharedProgram {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
}

/** Threads of one step at most, the one that starts it included. */
export const mostThreads = 64

export class Pool {
  readonly #words = new Int32Array(new SharedArrayBuffer(mostThreads * slotWords * 4))
  readonly #workers: ThreadWorker[] = []
  readonly #isEager: boolean
  #programs = 0
  #isLost = false

  /** `isEager`: whether workers look for the next step for a while before they sleep. */
  constructor({ isEager }: { readonly isEager: boolean }) {
    this.#isEager = isEager
  }

  /** Whether a worker has ended: then none of the others is of use any more. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** Starts workers until there are as many. Gives how many there are. */
  grow(count: number): number {
    while (this.#workers.length < Math.min(count, mostThreads - 1) && !this.#isLost) {
      const index = this.#workers.length
      const worker = startWorker(workerSource, () => this.close())
      if (!worker) break
      this.#workers.push(worker)
      const [words, base] = [this.#words, index * slotWords]
      this.#post(index, { words, base, thread: index + 1, isEager: this.#isEager })
    }
    return this.#workers.length
  }

  /** Gives a program to the first workers; its number. */
  load({ module, memory }: SharedProgram, workers: number): number {
    const id = ++this.#programs
    for (let index = 0; index < workers; index++) this.#post(index, { id, module, memory })
    return id
  }

  /** Takes a program from those who have it. */
  drop(id: number, workers: number): void {
    if (this.#isLost) return
    for (let index = 0; index < workers; index++) this.#post(index, { id })
  }

  /** Whether the first workers have dealt with all that they were sent. */
  isReady(workers: number): boolean {
    if (this.#isLost) return false
    const words = this.#words
    for (let index = 0; index < workers; index++) {
      const base = index * slotWords
      const handled = Atomics.load(words, base + slots.handled)
      if (handled !== words[base + slots.posted]) return false
      if (words[base + slots.hasFailed] !== 0) {
        this.close()
        return false
      }
    }
    return true
  }

  /** Lets the first workers run their shares of a step; they must be ready. */
  start(program: number, workers: number): void {
    const words = this.#words
    for (let index = 0; index < workers; index++) {
      const base = index * slotWords
      words[base + slots.threads] = workers + 1
      Atomics.store(words, base + slots.program, program)
      this.#wake(base)
    }
  }

  /** Ends all workers. What they run is left where it is. */
  close(): void {
    this.#isLost = true
    for (const worker of this.#workers.splice(0)) worker.stop()
  }

  #post(index: number, message: unknown): void {
    const base = index * slotWords
    this.#workers[index]?.post(message)
    Atomics.add(this.#words, base + slots.posted, 1)
    this.#wake(base)
  }

  #wake(base: number): void {
    const words = this.#words
    Atomics.add(words, base + slots.sequence, 1)
    if (Atomics.load(words, base + slots.isAsleep) !== 0) {
      Atomics.notify(words, base + slots.sequence)
    }
  }
}
