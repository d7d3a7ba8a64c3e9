/** Pictures of graphs. Importing this lets values and graphs show themselves in notebooks. */
import './notebook.ts'

export type {
  CloseUp,
  Diagram,
  DiagramEdge,
  DiagramFrame,
  DiagramNode,
  NodeKind,
  NumberText,
} from './diagram.ts'
export { type Drawable, draw } from './draw.ts'
export {
  type DrawGateCall,
  type DrawGateOf,
  type DrawGateOptions,
  drawGate,
} from './draw-gate.ts'
export { type Drawing, drawingOf, type MediaBundle } from './drawing.ts'
export type { PictureStep } from './html-steps.ts'
export type { Direction } from './layout.ts'
export type { Moment } from './moment.ts'
export type { DrawOptions, ThemeName } from './options.ts'
export {
  type Outline,
  type OutlineGate,
  type OutlineGroup,
  type OutlinePicture,
  type OutlineRest,
  type OutlineState,
  type OutlineView,
  outline,
} from './outline.ts'
export type { PictureOptions } from './picture-options.ts'
export { readDrawing } from './read-drawing.ts'
export type {
  Box,
  NodeForm,
  Point,
  Scene,
  SceneBrackets,
  SceneFrame,
  SceneLabel,
  SceneLine,
  SceneNode,
  SceneText,
  Segment,
  TextClass,
} from './scene.ts'
export { type SceneOptions, sceneOf } from './scene-of.ts'
export type { TextKind } from './terminal-line.ts'
export type { HtmlOptions } from './to-html.ts'
export type { DrawingData } from './to-json.ts'
export type { PngOptions } from './to-png.ts'
export type { DrawingTextOptions } from './to-text.ts'
export type { TikzOptions } from './to-tikz.ts'
