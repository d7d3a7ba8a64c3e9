/** What the page and the engine's worker say to each other: plain data. */

import type { ExplanationData } from 'sluice'
import type { Diagram, Scene } from 'sluice/draw'
import type { TrainingPlace, TrainingReplies, TrainingRequest } from './train-protocol.ts'

/** A model of the gallery as the page shows it: one iteration, with every number. */
export interface OpenModel {
  readonly id: string
  readonly title: string
  /** One sentence. */
  readonly about: string
  readonly diagram: Diagram
  readonly scene: Scene
  readonly explanation: ExplanationData
}

export type Request = OpenRequest | TrainingRequest

export interface OpenRequest {
  readonly kind: 'open'
  /** One of the gallery, or `training`. */
  readonly model: string
  readonly seed: number
  /** Of `training`: which one, and where it is. */
  readonly training?: TrainingPlace
}

export type Reply<R extends Request['kind'] = Request['kind']> = Replies[R]

interface Replies extends TrainingReplies {
  readonly open: OpenModel
}

/** The facts of an error of the engine; `title` says what, the others may be missing. */
export interface Failure {
  readonly title: string
  readonly details: readonly (readonly [name: string, text: string])[]
}

export interface Envelope<T> {
  readonly id: number
  readonly content: T
}

export type Answer = Envelope<{ readonly reply: Reply } | { readonly failure: Failure }>
