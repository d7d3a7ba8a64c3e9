/** Writes a drawing as JSON, and reads it again. */
import type { Diagram } from './diagram.ts'
import type { PictureOptions } from './picture-options.ts'
import type { Scene } from './scene.ts'

/** The version of the format that this package writes, and reads. */
export const jsonVersion = 1

/** A drawing as plain data: what is drawn, and where everything stands. */
export interface DrawingData {
  readonly format: 'sluice-drawing'
  readonly version: typeof jsonVersion
  readonly options: PictureOptions
  readonly diagram: Diagram
  /** In pixels from the top left. */
  readonly scene: Scene
}

export function drawingData(
  diagram: Diagram,
  scene: Scene,
  { direction, shapes, theme }: PictureOptions,
): DrawingData {
  const options = { direction, shapes, theme }
  return { format: 'sluice-drawing', version: jsonVersion, options, diagram, scene }
}
