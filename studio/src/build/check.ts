/** What the engine says of a document: the shape of every value, and what does not fit. */
import type { Scene } from 'sluice/draw'

/** The criterion's place among the steps. */
export const criterionPlace = 'criterion'

export interface DocumentCheck {
  /** By the name of the value. */
  readonly values: Readonly<Record<string, ValueCheck>>
  /** How many numbers are learned. */
  readonly parameters: number
  readonly broken?: BrokenEdge
}

export type ValueCheck =
  | {
      readonly state: 'fits'
      readonly shape: readonly number[]
      readonly isWhole: boolean
      /** How many numbers the step learns. */
      readonly parameters: number
    }
  | { readonly state: 'broken' }
  /** For what is broken before it. */
  | { readonly state: 'waits' }

/** The first edge at which shapes do not fit. */
export interface BrokenEdge {
  readonly from: string
  /** The step that it leads to, or `criterion`. */
  readonly to: string
  readonly title: string
  /** Expected, got, fix …, as the engine says them. */
  readonly details: readonly (readonly [name: string, text: string])[]
}

/** The gates of a document, as far as they could be built. */
export interface DocumentPicture {
  readonly scene: Scene
  /** The steps whose gates a node shows, the last one last, by the node. */
  readonly stepsOf: Readonly<Record<string, readonly string[]>>
  /** The values that flow along edges, and the step that takes them, by the edge. */
  readonly edges: Readonly<Record<string, { readonly after: string; readonly before: string }>>
  /** The node that a value comes out of. */
  readonly makerOf: Readonly<Record<string, string>>
}

export interface CheckedDocument {
  readonly check: DocumentCheck
  readonly picture?: DocumentPicture
}

/** The shape of a value, where it is known. */
export function shapeOf(check: DocumentCheck, name: string): readonly number[] | undefined {
  const value = check.values[name]
  return value?.state === 'fits' ? value.shape : undefined
}

/** How many numbers or channels the layers after a value ask for, where it is known. */
export function widthOf(check: DocumentCheck, name: string): number | undefined {
  const shape = shapeOf(check, name)
  return shape?.length === 4 ? shape[1] : shape?.at(-1)
}
