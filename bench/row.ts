/** What a row of the benchmark is: one kind of work, done by several contenders. */

export interface Row {
  /** `S0`: what --only takes. */
  readonly id: string
  readonly title: string
  readonly run: (options: RunOptions) => Promise<RowResult>
}

export interface RunOptions {
  /** As few runs as show that the row works; its numbers mean nothing. */
  readonly isQuick: boolean
  /** Says on the way what is being measured. */
  readonly report: (line: string) => void
}

export interface RowResult {
  readonly measurements: readonly Measurement[]
  readonly targets: readonly Target[]
}

/** What one contender did with one case; numbers that it has none of are absent. */
export interface Measurement {
  readonly case: string
  readonly contender: string
  /** Names carry their unit: `built per second`. */
  readonly numbers: Readonly<Record<string, number>>
  /** What one has to know of the numbers, or why there are none. */
  readonly note?: string
}

/** A number that must not be above, or not below, a limit; NaN where it could not be measured. */
export interface Target {
  readonly name: string
  readonly got: number
  readonly atMost?: number
  readonly atLeast?: number
}

export type Verdict = 'met' | 'missed' | 'not measured'

export function verdictOf({ got, atMost, atLeast }: Target): Verdict {
  if (Number.isNaN(got)) return 'not measured'
  const isMet =
    got <= (atMost ?? Number.POSITIVE_INFINITY) && got >= (atLeast ?? Number.NEGATIVE_INFINITY)
  return isMet ? 'met' : 'missed'
}
