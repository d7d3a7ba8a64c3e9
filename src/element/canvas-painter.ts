/** A large scene on a canvas: only what is in sight is drawn, and only what is large enough to see. */
import type { SceneLabel, SceneLine, SceneNode } from '../draw/scene.ts'
import { type Brush, drawFrames, drawLabels, drawLines, drawNodes, drawSigns } from './brush.ts'
import { Carrier, type Paper } from './carrier.ts'
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
  #paper: Paper = { scale: 1, x: 0, y: 0, width: 0, height: 0, around: 0 }
  #frame = 0
  readonly #carrier = new Carrier(this.element, 0.5, (paper) => {
    this.#paper = paper
    this.#paintSoon()
  })

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

  place(view: View, size: Size, isMoving: boolean): void {
    this.#carrier.place(view, size, isMoving)
  }

  recolour(theme: ElementTheme): void {
    this.#palette = paletteOf(theme)
    this.#paintSoon()
  }

  stop(): void {
    cancelAnimationFrame(this.#frame)
    this.#carrier.stop()
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
    const { view, size } = wholeOf(this.#paper)
    const ratio = this.#fitPixels(size)
    const scale = ratio * view.scale
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, this.element.width, this.element.height)
    context.setTransform(scale, 0, 0, scale, ratio * view.x, ratio * view.y)
    const { frames, lines, nodes, labels } = index.within(sightOf(view, size))
    const brush: Brush = {
      ...{ context, palette: this.#palette, look, scale },
      stateOf: (part) => this.#states.get(part) ?? '',
    }
    drawFrames(frames, brush)
    drawLines(lines, brush)
    drawNodes(nodes, brush)
    drawLabels(labels, brush)
    drawSigns(nodes, brush)
  }

  /** As many pixels as the screen has there; gives how many to one of the page. */
  #fitPixels(size: Size): number {
    const ratio = devicePixelRatio
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)]
    if (this.element.width !== width) this.element.width = width
    if (this.element.height !== height) this.element.height = height
    return ratio
  }
}

/** What is seen, with what lies around it, as one view. */
function wholeOf({ scale, x, y, width, height, around }: Paper): {
  readonly view: View
  readonly size: Size
} {
  const share = 1 + 2 * around
  return {
    view: { scale, x: x + around * width, y: y + around * height },
    size: { width: share * width, height: share * height },
  }
}
