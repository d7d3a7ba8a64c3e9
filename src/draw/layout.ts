/** What a layout is: sizes in, places out. Which library is behind it, nobody else knows. */
import type { Box, Point } from './scene.ts'

export type Direction = 'right' | 'down'

export interface LayoutNode {
  readonly id: string
  readonly width: number
  readonly height: number
  /** The frame that it stands in. */
  readonly frame?: string
}

export interface LayoutEdge {
  readonly id: string
  readonly from: string
  readonly to: string
  /** The room that its label takes, which the edge runs through the middle of; 0 without one. */
  readonly width: number
  readonly height: number
}

export interface LayoutFrame {
  readonly id: string
  readonly parent?: string
}

export interface LayoutInput {
  readonly nodes: readonly LayoutNode[]
  /** Without circles. */
  readonly edges: readonly LayoutEdge[]
  readonly frames: readonly LayoutFrame[]
  readonly direction: Direction
}

export interface Places {
  readonly width: number
  readonly height: number
  readonly nodes: ReadonlyMap<string, Box>
  readonly frames: ReadonlyMap<string, Box>
  readonly edges: ReadonlyMap<string, EdgePlace>
}

export interface EdgePlace {
  /** From the border of one node to the border of the other. */
  readonly points: readonly Point[]
  /** Where the label stands. */
  readonly label: Box | undefined
}

/** Gives places; the same input always gives the same ones. */
export type Layout = (input: LayoutInput) => Places
