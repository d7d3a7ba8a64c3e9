/** How a diagram is laid out and coloured: what of the options does not change what is drawn. */
import type { Direction } from './layout.ts'
import type { ThemeName } from './options.ts'

export interface PictureOptions {
  readonly direction: Direction
  readonly shapes: boolean
  readonly theme: ThemeName
}
