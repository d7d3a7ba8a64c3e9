/** What the page and the worker say to each other about files, and about the gallery's pictures. */

/** A file that was dropped or chosen, for the worker to read and to keep. */
export interface TakeRequest {
  readonly kind: 'take'
  readonly name: string
  readonly bytes: Uint8Array
}

/** What a file turned out to be. */
export type Taken =
  /** A model or a graph, kept under a number until the page goes. */
  | { readonly form: 'model' | 'picture'; readonly number: number }
  | { readonly form: 'table'; readonly text: string }

/** The outline of a model of the gallery, folded, without numbers and words. */
export interface SketchRequest {
  readonly kind: 'sketch'
  readonly id: string
}

export interface Sketch {
  readonly width: number
  readonly height: number
  readonly boxes: readonly SketchBox[]
  /** Of each edge the `d` of an SVG path. */
  readonly lines: readonly string[]
}

export interface SketchBox {
  readonly kind: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly radius: number
}

export interface FileReplies {
  readonly take: Taken
  readonly sketch: Sketch
}

export type FileSource =
  /** One that was dropped: by the number that the worker keeps it under. */
  | { readonly from: 'file'; readonly number: number; readonly seed: number }
  /** The one that the server was given. */
  | {
      readonly from: 'given'
      readonly url: string
      readonly name: string
      readonly seed: number
    }
