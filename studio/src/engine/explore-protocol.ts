/** What the page and the worker say to each other about a graph that is explored. */
import type { Role, Shape } from 'sluice'
import type { Diagram, OutlineGroup, OutlineRest, OutlineState } from 'sluice/draw'
import type { ModelSource } from './protocol.ts'

export type ExploreRequest =
  | ExploreOpenRequest
  | { readonly kind: 'fold'; readonly wish: FoldWish }
  | { readonly kind: 'facts'; readonly gate: string }
  | { readonly kind: 'measure'; readonly of: Measure }
  | { readonly kind: 'kernels' }
  | { readonly kind: 'culprit' }
  | { readonly kind: 'compare'; readonly source: ModelSource }

export interface ExploreOpenRequest {
  readonly kind: 'explore'
  readonly source: ModelSource
}

export interface ExploreReplies {
  readonly explore: ExploredModel
  readonly fold: FoldedPicture
  readonly facts: GateFacts
  readonly measure: Measures
  readonly kernels: KernelTable
  readonly culprit: Culprit
  readonly compare: Comparison
}

export interface ExploredModel {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly groups: readonly OutlineGroup[]
  /** In topological order, each group's gates together. */
  readonly gates: readonly ExploredGate[]
  readonly picture: FoldedPicture
}

export interface ExploredGate {
  readonly id: string
  readonly gate: string
  readonly label: string
  readonly parent: string | undefined
  readonly names: readonly string[]
  readonly states: readonly OutlineState[]
  /** The positions of the gates whose results it reads. */
  readonly from: readonly number[]
}

export interface FoldWish {
  /** Open groups, the last one opened last. */
  readonly open: readonly string[]
  /** The positions of the only gates to be shown. */
  readonly only?: readonly number[]
  readonly from?: Readonly<Record<string, number>>
}

export interface FoldedPicture {
  readonly diagram: Diagram
  /** Those that are open: the oldest are closed where it is too much. */
  readonly open: readonly string[]
  readonly rests: Readonly<Record<string, OutlineRest>>
}

export interface GateFacts {
  readonly id: string
  readonly text: string
  readonly latex: string
  readonly role: Role | null
  readonly part: string
  readonly shapes: string
  readonly operands: readonly { readonly name: string; readonly shape: Shape }[]
  readonly outputs: readonly { readonly name: string; readonly shape: Shape }[]
  readonly parameters: number
  readonly flops: number
}

export type Measure = 'parameters' | 'flops' | 'time' | 'gradient'

export interface Measures {
  readonly of: Measure
  /** One for each gate; NaN where there is none. */
  readonly numbers: Float64Array
}

export interface KernelTable {
  readonly rows: readonly KernelRow[]
  /** Over how many steps the times are means. */
  readonly runs: number
}

/** One kernel of the compiled training step. */
export interface KernelRow {
  readonly kernel: number
  readonly kind: string
  readonly extents: readonly number[]
  /** Positions of the gates that it computes, and of those whose gradients it does. */
  readonly forward: readonly number[]
  readonly backward: readonly number[]
  readonly update: boolean
  /** Of one step, the mean of several. */
  readonly milliseconds: number
  readonly share: number
}

/** Where the first number comes from that is not finite. */
export interface Culprit {
  /** The position of the gate; undefined where all is finite, or where it was fed or held. */
  readonly gate: number | undefined
  readonly phase: 'forward' | 'backward' | undefined
  readonly text: string
}

export interface Comparison {
  readonly title: string
  /** Positions of gates that the other has not, or has otherwise. */
  readonly added: readonly number[]
  readonly changed: readonly { readonly gate: number; readonly was: string }[]
  /** What the other has and this has not: what it is, and the gate here that it stood before. */
  readonly removed: readonly { readonly label: string; readonly before: number }[]
}
