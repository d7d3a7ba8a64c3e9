/** A large scene on a canvas: only what is in sight is drawn, and only what is large enough to see. */
import type { SceneLabel, SceneLine, SceneNode } from '../draw/scene.ts'
import { type Brush, drawFrames, drawLabels, drawLines, drawNodes, drawSigns } from './brush.ts'
import { endsOf, type Look, statesOfLabel, statesOfLine, statesOfNode } from './look.ts'
import type { Painter } from './painter.ts'
import { type Palette, paletteOf } from './palette.ts'
import type { SceneIndex } from './scene-index.ts'
import type { ElementTheme } from './styles.ts'
import { type Size, sightOf, type View } from './viewport.ts'

type Part = SceneLine | SceneNode | SceneLabel

export class CanvasPainter implements Painter {
  readonly element: HTMLCanvasElement = document.createElement('canvas')
  readonly #context: CanvasRenderingContext2D | null
  #palette: Palette
  #index: SceneIndex | undefined
  #look: Look | undefined
  /** Of what is in any state at all. */
  #states: ReadonlyMap<Part, string> = new Map()
  #view: View = { scale: 1, x: 0, y: 0 }
  #size: Size = { width: 0, height: 0 }
  #frame = 0

  constructor(theme: ElementTheme) {
    this.element.className = 'sluice'
    this.element.setAttribute('aria-hidden', 'true')
    this.#context = this.element.getContext('2d')
    this.#palette = paletteOf(theme)
  }

  show(index: SceneIndex, look: Look): void {
    this.#index = index
    this.dress(look)
  }

  dress(look: Look): void {
    if (!this.#index) return
    const { scene } = this.#index
    const ends = endsOf(scene)
    this.#look = look
    const all: readonly (readonly [Part, readonly string[]])[] = [
      ...scene.lines.map((line) => [line, statesOfLine(line, look)] as const),
      ...scene.nodes.map((node) => [node, statesOfNode(node, look)] as const),
      ...scene.labels.map((label) => [label, statesOfLabel(label, look, ends)] as const),
    ]
    this.#states = new Map(
      all.flatMap(([part, states]) => (states.length > 0 ? [[part, states.join(' ')]] : [])),
    )
    this.#paintSoon()
  }

  place(view: View, size: Size): void {
    this.#view = view
    this.#size = size
    this.#paintSoon()
  }

  recolour(theme: ElementTheme): void {
    this.#palette = paletteOf(theme)
    this.#paintSoon()
  }

  stop(): void {
    cancelAnimationFrame(this.#frame)
    this.element.remove()
  }

  #paintSoon(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.#paint()
    })
  }

  #paint(): void {
    const [index, look, context] = [this.#index, this.#look, this.#context]
    if (!index || !look || !context) return
    const { scale, x, y } = this.#view
    const ratio = this.#fitPixels()
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, this.element.width, this.element.height)
    context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y)
    const { frames, lines, nodes, labels } = index.within(sightOf(this.#view, this.#size))
    const brush: Brush = {
      ...{ context, palette: this.#palette, look, scale: scale * ratio },
      stateOf: (part) => this.#states.get(part) ?? '',
    }
    drawFrames(frames, brush)
    drawLines(lines, brush)
    drawNodes(nodes, brush)
    drawLabels(labels, brush)
    drawSigns(nodes, brush)
  }

  /** As many pixels as the screen has there; gives how many to one of the page. */
  #fitPixels(): number {
    const ratio = devicePixelRatio
    const [width, height] = [
      Math.round(this.#size.width * ratio),
      Math.round(this.#size.height * ratio),
    ]
    if (this.element.width !== width) this.element.width = width
    if (this.element.height !== height) this.element.height = height
    return ratio
  }
}
