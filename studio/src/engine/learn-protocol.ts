/** What the page and the worker say to each other about the steps of Learn: plain data. */
import type { EdgeDifferences } from 'sluice'
import type { ModelSource } from './protocol.ts'

/** Asks for the finite differences of one backward equation. */
export interface DifferencesRequest {
  readonly kind: 'differences'
  readonly source: ModelSource
  /** `B4`. */
  readonly equation: string
  /** Whether someone asked for it though the graph is large. */
  readonly isWanted?: boolean
}

/** The differences, or, of a graph where they take long, how many gates it has. */
export type StepCheck = EdgeDifferences | { readonly gates: number }

export interface LearnReplies {
  readonly differences: StepCheck
}
