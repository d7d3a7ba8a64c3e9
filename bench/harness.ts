/** Fair timing: contenders take turns in one process, and medians are what counts. */

/** What is measured beside others: one run from nothing, told as numbers such as seconds. */
export interface Contender {
  readonly name: string
  readonly run: () => Readonly<Record<string, number>>
}

export interface Schedule {
  /** Runs before the ones that count, until the engine has compiled what is hot. */
  readonly warmUps: number
  readonly rounds: number
}

/**
 * The median of each number of each contender, in their order.
 *
 * In every round each contender runs once, another one first each time, so that a slow minute of
 * the machine meets all of them; garbage is collected before each run, so that none pays for what
 * another left behind.
 */
export function interleave(
  contenders: readonly Contender[],
  { warmUps, rounds }: Schedule,
): readonly Readonly<Record<string, number>>[] {
  const samples = contenders.map(() => new Map<string, number[]>())
  for (let round = 0; round < warmUps + rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const index = (round + turn) % contenders.length
      collectGarbage()
      const numbers = contenders[index]?.run() ?? {}
      if (round < warmUps) continue
      for (const [name, number] of Object.entries(numbers)) {
        const own = samples[index]?.get(name) ?? []
        samples[index]?.set(name, [...own, number])
      }
    }
  }
  return samples.map((own) =>
    Object.fromEntries([...own].map(([name, numbers]) => [name, median(numbers)])),
  )
}

/** A result and the seconds that it took. */
export function timed<T>(work: () => T): { readonly result: T; readonly seconds: number } {
  const start = performance.now()
  const result = work()
  return { result, seconds: (performance.now() - start) / 1000 }
}

/** A result and the bytes of heap that it keeps alive. */
export function heapOf<T>(make: () => T): { readonly result: T; readonly bytes: number } {
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  const result = make()
  collectGarbage()
  const bytes = process.memoryUsage().heapUsed - before
  return { result, bytes }
}

/** The middle of some numbers; the mean of the middle two where their count is even. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
  return (lower + upper) / 2
}

function collectGarbage(): void {
  if (!globalThis.gc) throw new Error('bench needs node --expose-gc: use npm start')
  globalThis.gc()
}
