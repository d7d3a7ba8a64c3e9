/** What the page and the worker say to each other about pictures that leave the studio. */
import type { EquationData } from 'sluice'
import type { Diagram, Scene, ThemeName } from 'sluice/draw'
import type { ModelSource } from './protocol.ts'

/** Forms of the picture that the worker writes; of SVG the page makes PNG. */
export type PictureForm = 'svg' | 'html' | 'tikz' | 'dot' | 'mermaid' | 'json'

export type WriteRequest = EquationsRequest | PictureRequest

export interface EquationsRequest {
  readonly kind: 'write'
  readonly form: 'latex'
  readonly source: ModelSource
}

export interface PictureRequest {
  readonly kind: 'write'
  readonly form: PictureForm
  readonly theme: ThemeName
  /** What is shown: the very scene of the screen. */
  readonly diagram: Diagram
  readonly scene: Scene
  /** The walk through it. */
  readonly equations: readonly EquationData[]
  /** Whether the values and gradients of a run are written in; without them it is laid out anew. */
  readonly withNumbers: boolean
  /** How many steps of the walk are taken; without it everything is shown. */
  readonly taken?: number
}

export interface Written {
  readonly text: string
  /** Of a picture, in pixels. */
  readonly width: number
  readonly height: number
}

export interface ShareReplies {
  readonly write: Written
}
