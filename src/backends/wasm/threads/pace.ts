/**
 * Whether the threads gain on one thread: costs are estimates, and other programs may need the cores.
 * Now and then a few steps are run the other way, and the way that takes less time is kept.
 */
export class Pace {
  /** Milliseconds that a step takes by each way; the latest count most. */
  readonly #times: { shared: number | undefined; alone: number | undefined } = {
    shared: undefined,
    alone: undefined,
  }
  #way: 'shared' | 'alone' = 'shared'
  /** Whether the next step is the first by its way: threads wake up, caches fill. */
  #isFirst = true
  #trial = 0
  #untilTrial = firstTrial
  #period = shortestPeriod

  /** Whether the next step is to be shared. */
  get isShared(): boolean {
    return this.#way === 'shared'
  }

  /** Takes what the step took that `isShared` was asked for, in milliseconds. */
  note(time: number): void {
    if (this.#isFirst) this.#isFirst = false
    else this.#weigh(time)
    if (this.#trial > 0) {
      this.#trial--
      if (this.#trial === 0) this.#decide()
    } else if (--this.#untilTrial === 0) {
      this.#take(this.#way === 'shared' ? 'alone' : 'shared')
      this.#trial = trialSteps
    }
  }

  #weigh(time: number): void {
    const known = this.#times[this.#way] ?? time
    const weight = this.#trial > 0 ? 1 / 2 : 1 / 8
    this.#times[this.#way] = known + (time - known) * weight
  }

  /** At the end of a trial: the way before it, or the one that was tried. */
  #decide(): void {
    const { shared = 0, alone = 0 } = this.#times
    const better = shared < alone ? 'shared' : 'alone'
    const isChange = better === this.#way
    this.#period = isChange ? shortestPeriod : Math.min(this.#period * 2, longestPeriod)
    this.#untilTrial = this.#period
    if (!isChange) this.#take(better)
  }

  #take(way: 'shared' | 'alone'): void {
    this.#way = way
    this.#isFirst = true
  }
}

const firstTrial = 10
const shortestPeriod = 24
/** What trials take is lost where they are slower: so they become rare. */
const longestPeriod = 400
/** The first is not counted. */
const trialSteps = 3
