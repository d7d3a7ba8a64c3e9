/**
 * Where everything stands: boxes, lines and measured text, in pixels from the top left. A scene has
 * no colours; a theme gives each class of thing its own.
 */
import type { EquationPhase } from '../explain/equation.ts'
import type { NodeKind } from './diagram.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Scene {
  readonly width: number
  readonly height: number
  readonly title: string
  readonly description: string
  /** Outer frames before those inside them. */
  readonly frames: readonly SceneFrame[]
  readonly lines: readonly SceneLine[]
  readonly nodes: readonly SceneNode[]
  /** No two of them overlap, and none overlaps a node that it does not belong to. */
  readonly labels: readonly SceneLabel[]
}

export type NodeForm = 'box' | 'circle' | 'pill' | 'stack'

export interface SceneNode {
  /** The node of the diagram. */
  readonly id: string
  readonly kind: NodeKind
  readonly form: NodeForm
  readonly box: Box
  /** What a pointer that rests on it is told. */
  readonly hint: string
  /** Of the node that the picture points at: in which phase something happens there. */
  readonly active?: EquationPhase
}

export interface SceneFrame {
  readonly id: string
  readonly box: Box
}

export interface SceneLine {
  /** The edge of the diagram. */
  readonly id: string
  /** The node whose value it carries, and the node that takes it; also where the gradient runs back. */
  readonly from: string
  readonly to: string
  /** A value on its way forward, a gradient on its way back, or what a state becomes. */
  readonly kind: 'forward' | 'gradient' | 'update'
  readonly start: Point
  readonly path: readonly Segment[]
  /** The tip of the arrow's head, and the direction that it points in. */
  readonly head: { readonly tip: Point; readonly angle: number }
  /** Of the edge that the picture points at. */
  readonly active?: EquationPhase
}

export type Segment =
  | { readonly kind: 'line'; readonly to: Point }
  | { readonly kind: 'curve'; readonly control: readonly [Point, Point]; readonly to: Point }

/** What a text says, which is what its look follows from. */
export type TextClass =
  | 'label' // what stands in a node
  | 'sign' // the sign of an operation: +
  | 'detail' // smaller, in a node
  | 'name' // the name of a value at an edge
  | 'given' // in a close-up, the values of what goes in
  | 'forward' // numbers that flow forward
  | 'gradient' // gradients, names and numbers
  | 'local' // local gradients
  | 'shape'
  | 'equation' // F3
  | 'note'

/** Texts that belong together: one measured box that nothing else may enter. */
export interface SceneLabel {
  /** The node, edge or frame that it belongs to. */
  readonly owner: string
  readonly of: 'node' | 'edge' | 'frame' | 'scene'
  readonly box: Box
  readonly texts: readonly SceneText[]
  readonly brackets?: readonly SceneBrackets[]
}

/** The box of a grid of numbers, which square brackets enclose. */
export interface SceneBrackets {
  readonly box: Box
  readonly class: TextClass
}

export interface SceneText {
  readonly text: string
  readonly class: TextClass
  /** Where the baseline begins, is centred or ends, after `anchor`. */
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'middle' | 'end'
  readonly size: number
}
