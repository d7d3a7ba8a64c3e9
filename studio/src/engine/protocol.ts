/** What the page and the engine's worker say to each other: plain data. */

import type { ExplanationData } from 'sluice'
import type { Diagram, Scene } from 'sluice/draw'
import type { BuildReplies, CheckRequest } from './build-protocol.ts'
import type { ExploreReplies, ExploreRequest } from './explore-protocol.ts'
import type { FileReplies, FileSource, SketchRequest, TakeRequest } from './file-protocol.ts'
import type { DifferencesRequest, LearnReplies } from './learn-protocol.ts'
import type { ShareReplies, WriteRequest } from './share-protocol.ts'
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

export type Request =
  | CheckRequest
  | DifferencesRequest
  | ExploreRequest
  | OpenRequest
  | TrainingRequest
  | WriteRequest
  | TakeRequest
  | SketchRequest

export interface OpenRequest {
  readonly kind: 'open'
  readonly source: ModelSource
  /** The layer that is open, by its path, of a model that is too large to be shown as a whole. */
  readonly part?: string
}

/** Where a model comes from, and all that its numbers depend on. */
export type ModelSource =
  | FileSource
  | { readonly from: 'gallery'; readonly id: string; readonly seed: number }
  | { readonly from: 'training'; readonly place: TrainingPlace }
  /** Of Build, as links hold it. */
  | { readonly from: 'document'; readonly document: string }

export type Reply<R extends Request['kind'] = Request['kind']> = Replies[R]

interface Replies
  extends BuildReplies,
    LearnReplies,
    TrainingReplies,
    ShareReplies,
    FileReplies,
    ExploreReplies {
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
