/** The words that threads meet at: addresses in a store's memory, and words of each worker. */

/**
 * In bytes, below what programs are given. What is written at every barrier, what is written by all
 * who arrive, and who sleeps lie in lines of the cache of their own.
 */
export const addresses = {
  /** Counts the barriers that all threads have reached: what those who arrived early wait for. */
  generation: 128,
  /** Not 0 once a thread is lost: then every thread leaves its step at the next barrier. */
  broken: 132,
  /** Why the step failed, as all threads see it that have passed the last barrier. */
  verdict: 136,
  /** How far the step has come: see `phases`. */
  phase: 140,
  /** How often a thread looks for the others before it sleeps. */
  spins: 192,
  arrived: 256,
  /** How many threads are asleep at a barrier. */
  sleepers: 320,
} as const

/** What the last barrier that all threads have passed has let them begin. */
export const phases = { kernels: 0, checks: 1, commits: 2, end: 3 } as const

/** Of each worker, as positions in its part of the pool's words. */
export const slots = {
  /** Grows when there is something to do: what the worker sleeps on. */
  sequence: 0,
  /** Number of the program to run a step of; 0: none. */
  program: 1,
  threads: 2,
  /** How many messages it was sent, and how many it has dealt with. */
  posted: 3,
  handled: 4,
  isAsleep: 5,
  hasFailed: 6,
} as const

/** Words from one worker's part to the next: a line of the cache. */
export const slotWords = 16
