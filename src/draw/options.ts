/** What can be said about a picture. */
import type { Trace } from '../ir/trace.ts'
import type { Direction } from './layout.ts'

/** `auto` follows what the reader's system prefers, light or dark. */
export type ThemeName = 'auto' | 'light' | 'dark' | 'print'

export interface DrawOptions {
  /** The numbers of a run, from `trace` of the same target. */
  readonly values?: Trace
  /** Whether gradients stand below their edges. Default: where there are `values`. */
  readonly gradients?: boolean
  /** Whether shapes stand beside names. Default false. */
  readonly shapes?: boolean
  /** Whether what states become in the next step is drawn. Default false. */
  readonly updates?: boolean
  /**
   * How many levels of layers and composites are open. By default layers of small networks are, up
   * to 12 gates, and composites are not.
   */
  readonly depth?: number
  /** Paths of layers (`0.1`), ids of equations (`F7`) and gates (`mse`) that are open. */
  readonly open?: readonly string[]
  /** Whether equal blocks in a row are folded into one. Default true. */
  readonly repeats?: boolean
  /** Where the values flow to. Default `right`. */
  readonly direction?: Direction
  /** Default `auto`. */
  readonly theme?: ThemeName
  /** Significant digits of numbers. Default 3. */
  readonly precision?: number
}
