/** What the page and the layout's worker say to each other. */
import type { Diagram, Scene } from 'sluice/draw'

export interface LayoutOrder {
  readonly id: number
  readonly diagram: Diagram
}

export type LayoutAnswer =
  | { readonly id: number; readonly scene: Scene }
  | { readonly id: number; readonly error: string }
