/** A drawing: what is drawn, where it stands, and how it is written. */
import type { Diagram } from './diagram.ts'
import { diagramAt, type Moment, sceneAt } from './moment.ts'
import type { DrawOptions, ThemeName } from './options.ts'
import type { PictureOptions } from './picture-options.ts'
import type { Scene } from './scene.ts'
import { sceneOf } from './scene-of.ts'
import { toSvg } from './svg.ts'
import { toDot } from './to-dot.ts'
import { type HtmlOptions, toHtml } from './to-html.ts'
import { type DrawingData, drawingData } from './to-json.ts'
import { toMermaid } from './to-mermaid.ts'
import { type PngOptions, toPng } from './to-png.ts'
import { type DrawingTextOptions, toText } from './to-text.ts'
import { type TikzOptions, toTikz } from './to-tikz.ts'

/** What the kernels of notebooks ask an object for: Deno's, and those that follow it. */
export const displayed: unique symbol = Symbol.for('Jupyter.display')
/** What Node's console asks an object for. */
const inspected = Symbol.for('nodejs.util.inspect.custom')

/** What is to be shown, by its media type; a notebook takes the richest that it can show. */
export type MediaBundle = Readonly<Record<string, string>>

/**
 * A picture, to be written in many forms. The same drawing always gives the same bytes; where a form
 * has a theme, it is that of `draw` unless it is said.
 */
export interface Drawing {
  readonly diagram: Diagram
  /** Laid out when it is first asked for: what needs no places can do without. */
  readonly scene: Scene
  /**
   * The picture at a moment of a walk: without the values and gradients that are not known by then,
   * and with the place strongly drawn where it happens. Nothing moves.
   */
  at(moment: Moment): Drawing
  /** One SVG document without script. */
  toSvg(options?: { readonly theme?: ThemeName }): string
  /**
   * A page in one file that needs nothing else: the SVG, scrolled within the page, printed in black
   * on white. A small script zooms, unless `zoom` is false, and walks through `steps`, if there are.
   */
  toHtml(options?: HtmlOptions): string
  /**
   * The bytes of a PNG, `scale` (default 2) times as many pixels each way. Needs @resvg/resvg-js.
   *
   * Throws: OPTION where that is not installed, where the system has no font, and where `scale`
   * is none or makes too large an image.
   *
   * @example
   * await writeFile('network.png', await draw(J).toPng({ scale: 3, theme: 'dark' }))
   */
  toPng(options?: PngOptions): Promise<Uint8Array>
  /** A LaTeX document, or with `{ form: 'picture' }` a `tikzpicture` for one with tikz and amsmath. */
  toTikz(options?: TikzOptions): string
  /**
   * A graph in DOT, which Graphviz lays out by itself: `dot -Tsvg network.dot`. Frames are clusters,
   * gradients dashed edges.
   */
  toDot(options?: { readonly theme?: ThemeName }): string
  /** A flowchart of Mermaid, for Markdown; gradients are dotted links. */
  toMermaid(options?: { readonly theme?: ThemeName }): string
  /**
   * Text for a terminal: boxes and lines where they fit, else a list with a rail for each value.
   *
   * @example
   * console.log(draw(J).toText({ width: process.stdout.columns }))
   */
  toText(options?: DrawingTextOptions): string
  /** What is drawn and where everything stands, as plain data; `readDrawing` reads it. */
  toJSON(): DrawingData
  /** The text, so that `String(drawing)` and Node's `console.log` show it. */
  toString(): string
  /** What a notebook shows: the SVG, or the text. */
  [displayed](): MediaBundle
}

/**
 * The drawing of a diagram, to be written in every form. Where its scene is given, as that of
 * another drawing is, everything stands where it stands there; else places are found.
 *
 * @example
 * drawingOf({ diagram: { ...picture.diagram, frames: [] } }).toSvg()
 */
export function drawingOf(
  { diagram, scene }: { readonly diagram: Diagram; readonly scene?: Scene },
  options: Pick<DrawOptions, 'direction' | 'shapes' | 'theme'> = {},
): Drawing {
  return createDrawing(diagram, options, ...(scene ? [() => scene] : []))
}

export function createDrawing(
  diagram: Diagram,
  options: DrawOptions,
  place: () => Scene = () => sceneOf(diagram, { direction: 'right', shapes: false, ...options }),
): Drawing {
  const { direction = 'right', shapes = false, theme = 'auto' } = options
  const picture: PictureOptions = { direction, shapes, theme }
  let scene: Scene | undefined
  const placed = () => {
    scene ??= place()
    return scene
  }
  const asText = () => toText(diagram, shapes, {})
  return Object.freeze({
    diagram,
    get scene() {
      return placed()
    },
    at: (moment: Moment) =>
      createDrawing(diagramAt(diagram, moment), options, () => sceneAt(placed(), moment)),
    toSvg: (wish: { readonly theme?: ThemeName } = {}) => toSvg(placed(), wish.theme ?? theme),
    toHtml: (wish: HtmlOptions = {}) => toHtml(placed(), diagram.notes, { theme, ...wish }),
    toPng: async (wish: PngOptions = {}) => toPng(placed(), { theme, ...wish }),
    toTikz: (wish: TikzOptions = {}) => toTikz(placed(), { theme, ...wish }),
    toDot: (wish: { readonly theme?: ThemeName } = {}) => toDot(diagram, { ...picture, ...wish }),
    toMermaid: (wish: { readonly theme?: ThemeName } = {}) =>
      toMermaid(diagram, { ...picture, ...wish }),
    toText: (wish: DrawingTextOptions = {}) => toText(diagram, shapes, wish),
    toJSON: () => drawingData(diagram, placed(), picture),
    toString: asText,
    [inspected]: asText,
    [displayed]: () => ({ 'image/svg+xml': toSvg(placed(), theme), 'text/plain': asText() }),
  })
}
