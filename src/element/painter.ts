/** What shows a scene on the screen: elements of SVG, or a canvas. */
import type { Look } from './look.ts'
import type { SceneIndex } from './scene-index.ts'
import type { ElementTheme } from './styles.ts'
import type { Size, View } from './viewport.ts'

export interface Painter {
  readonly element: Element
  /** Another scene, with its look. */
  show(index: SceneIndex, look: Look): void
  /** The same scene in another look. */
  dress(look: Look): void
  /**
   * Where the scene is seen; what was asked for last is shown with the next frame at the latest.
   * `isMoving` says that it will soon be seen elsewhere.
   */
  place(view: View, size: Size, isMoving: boolean): void
  /** Other colours hold. */
  recolour(theme: ElementTheme): void
  stop(): void
}
