/** The view's heart: one scene, how it looks, which part of it is seen, and who paints it. */
import type { Box, Point, Scene } from '../draw/scene.ts'
import { CanvasPainter } from './canvas-painter.ts'
import { boxOfLine } from './line-path.ts'
import type { Look } from './look.ts'
import { type Arrow, type Joints, jointsOf, neighbourOf } from './neighbours.ts'
import type { Painter } from './painter.ts'
import { SceneIndex } from './scene-index.ts'
import type { ElementTheme } from './styles.ts'
import { SvgPainter } from './svg-painter.ts'
import {
  dragged,
  fitView,
  homeView,
  type Revealing,
  revealed,
  type Size,
  scrolled,
  type View,
  zoomedAt,
} from './viewport.ts'

/** Whether the view follows a rule when there is more or less room, or stays where it was put. */
type Following = 'home' | 'fit' | 'nothing'

export interface StageOptions {
  readonly element: HTMLElement
  /** Called when another part is seen, but for the first of a scene. */
  readonly onView: () => void
}

export class Stage {
  readonly #options: StageOptions
  #painter: Painter | undefined
  #index: SceneIndex | undefined
  #joints: Joints | undefined
  #boxes: ReadonlyMap<string, Box> = new Map()
  #look: Look
  #view: View = { scale: 1, x: 0, y: 0 }
  #size: Size = { width: 0, height: 0 }
  #following: Following = 'home'
  #glide = 0
  #theme: ElementTheme = 'auto'

  constructor(look: Look, options: StageOptions) {
    this.#look = look
    this.#options = options
  }

  get view(): View {
    return this.#view
  }

  get size(): Size {
    return this.#size
  }

  /** Shows a scene; a node that has a box in the old one too, and is the anchor, keeps its place. */
  show(scene: Scene, look: Look, anchor: string | undefined): void {
    const held = anchor === undefined ? undefined : this.#boxes.get(anchor)
    const isSamePlan = this.#index !== undefined && isLaidOutAlike(this.#index.scene, scene)
    this.#look = look
    this.#index = new SceneIndex(scene)
    this.#joints = undefined
    this.#boxes = boxesOf(scene)
    this.#choosePainter(scene)
    this.#painter?.show(this.#index, look)
    const found = anchor === undefined ? undefined : this.#boxes.get(anchor)
    if (held && found) this.#hold(held, found)
    if ((held && found) || isSamePlan) {
      this.#place(this.#view)
      return
    }
    this.#following = 'home'
    this.#follow()
    if (look.active !== undefined) this.#jumpTo(look.active)
  }

  dress(look: Look): void {
    const before = this.#look
    this.#look = look
    this.#painter?.dress(look)
    if (look.active !== undefined && look.active !== before.active) this.reveal(look.active)
    else if (look.selected !== undefined && look.selected !== before.selected) {
      this.#glideTo(look.selected, { margin: 0 })
    }
  }

  resize(size: Size): void {
    const { width, height } = this.#size
    if (size.width === width && size.height === height) return
    this.#size = size
    if (this.#following === 'nothing') {
      const { scale, x, y } = this.#view
      const wasShown = width > 0 && height > 0
      const grown = { x: (size.width - width) / 2, y: (size.height - height) / 2 }
      this.#place(wasShown ? { scale, x: x + grown.x, y: y + grown.y } : this.#view)
      return
    }
    this.#follow()
    if (this.#following === 'home' && this.#look.active !== undefined)
      this.#jumpTo(this.#look.active)
  }

  recolour(theme: ElementTheme): void {
    this.#theme = theme
    this.#painter?.recolour(theme)
  }

  stop(): void {
    cancelAnimationFrame(this.#glide)
  }

  /** The node, edge or text's owner at a point of the stage. */
  at(point: Point): string | undefined {
    const { scale, x, y } = this.#view
    const spot = { x: (point.x - x) / scale, y: (point.y - y) / scale }
    return this.#index?.at(spot, reach / scale)
  }

  /** Where something is seen, in pixels from the top left of the stage. */
  boxOf(id: string): Box | undefined {
    const box = this.#boxes.get(id)
    if (!box) return undefined
    const { scale, x, y } = this.#view
    return {
      ...{ x: x + box.x * scale, y: y + box.y * scale },
      ...{ width: box.width * scale, height: box.height * scale },
    }
  }

  /** Where an arrow leads from there; without a place to the first node. */
  neighbourOf(id: string | undefined, arrow: Arrow): string | undefined {
    if (!this.#index) return undefined
    const { scene } = this.#index
    this.#joints ??= jointsOf(scene)
    return id === undefined ? scene.nodes[0]?.id : neighbourOf(id, arrow, this.#joints)
  }

  /** What a pointer that rests there is told; elements of SVG tell it themselves. */
  hintOf(id: string | undefined): string {
    if (id === undefined || !(this.#painter instanceof CanvasPainter)) return ''
    return this.#index?.scene.nodes.find((node) => node.id === id)?.hint ?? ''
  }

  drag(by: Point): void {
    const sizes = this.#sizes()
    if (sizes) this.#move(dragged(this.#view, by, sizes))
  }

  /** Gives whether it moved. */
  scroll(by: Point): boolean {
    const sizes = this.#sizes()
    if (!sizes) return false
    const { x, y } = this.#view
    const next = scrolled(this.#view, by, sizes)
    const hasMoved = next.x !== x || next.y !== y
    if (hasMoved) this.#move(next)
    return hasMoved
  }

  zoom(factor: number, at: Point): void {
    this.#move(zoomedAt(this.#view, factor, at))
  }

  zoomBy(factor: number): void {
    const { width, height } = this.#size
    this.zoom(factor, { x: width / 2, y: height / 2 })
  }

  fit(): void {
    this.#following = 'fit'
    this.#follow()
    this.#options.onView()
  }

  home(): void {
    this.#following = 'home'
    this.#follow()
    if (this.#look.active !== undefined) this.#jumpTo(this.#look.active)
    this.#options.onView()
  }

  centre(id: string): void {
    this.#following = 'nothing'
    this.#glideTo(id, { isCentred: true })
  }

  /** Brings something into sight, where it is not. */
  reveal(id: string): void {
    this.#glideTo(id, {})
  }

  #sizes(): { readonly scene: Size; readonly place: Size } | undefined {
    return this.#index && { scene: this.#index.scene, place: this.#size }
  }

  /** A view that the hand chose, which stays. */
  #move(view: View): void {
    cancelAnimationFrame(this.#glide)
    this.#following = 'nothing'
    this.#place(view, true)
    this.#options.onView()
  }

  #place(view: View, isMoving = false): void {
    this.#view = view
    this.#painter?.place(view, this.#size, isMoving)
  }

  #follow(): void {
    const sizes = this.#sizes()
    if (!sizes) return
    cancelAnimationFrame(this.#glide)
    const { scene, place } = sizes
    this.#place(this.#following === 'fit' ? fitView(scene, place) : homeView(scene, place))
  }

  /**
   * The middle of the left border stays where it is: a group that opens does so from its place
   * along the flow.
   */
  #hold(before: Box, now: Box): void {
    const { scale, x, y } = this.#view
    this.#following = 'nothing'
    this.#view = {
      scale,
      x: x + (before.x - now.x) * scale,
      y: y + (before.y + before.height / 2 - now.y - now.height / 2) * scale,
    }
  }

  #jumpTo(id: string): void {
    const [box, sizes] = [this.#boxes.get(id), this.#sizes()]
    if (box && sizes) this.#place(revealed(this.#view, box, sizes))
  }

  /** Moves there in some frames, or at once where less motion is wished for. */
  #glideTo(id: string, how: Revealing): void {
    const [box, sizes] = [this.#boxes.get(id), this.#sizes()]
    if (!box || !sizes) return
    cancelAnimationFrame(this.#glide)
    const from = this.#view
    const to = revealed(from, box, { ...sizes, ...how })
    if (to.x === from.x && to.y === from.y) return
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#place(to)
      this.#options.onView()
      return
    }
    const start = performance.now()
    const frame = (now: number) => {
      const share = Math.min(1, Math.max(0, (now - start) / glideMs))
      const eased = 1 - (1 - share) ** 3
      const [x, y] = [from.x + (to.x - from.x) * eased, from.y + (to.y - from.y) * eased]
      this.#place(share === 1 ? to : { scale: to.scale, x, y }, share < 1)
      if (share < 1) this.#glide = requestAnimationFrame(frame)
      else this.#options.onView()
    }
    this.#glide = requestAnimationFrame(frame)
  }

  #choosePainter({ nodes, lines }: Scene): void {
    const values = lines.filter(({ kind }) => kind !== 'gradient')
    const Chosen = nodes.length + values.length > mostElements ? CanvasPainter : SvgPainter
    if (this.#painter instanceof Chosen) return
    this.#painter?.stop()
    this.#painter = new Chosen(this.#theme)
    this.#options.element.prepend(this.#painter.element)
  }
}

/** Nodes and edges up to which a browser moves elements of SVG without effort. */
const mostElements = 600
/** How far beside a line a pointer may be, in pixels of the screen. */
const reach = 6
const glideMs = 180

function boxesOf({ nodes, lines, frames }: Scene): ReadonlyMap<string, Box> {
  const ofLines = lines
    .filter(({ kind }) => kind !== 'gradient')
    .map((line) => [line.id, boxOfLine(line)] as const)
  return new Map([...ofLines, ...[...frames, ...nodes].map(({ id, box }) => [id, box] as const)])
}

/** Whether two scenes differ in nothing but what is written. */
function isLaidOutAlike(one: Scene, other: Scene): boolean {
  return (
    one.width === other.width &&
    one.height === other.height &&
    one.nodes.length === other.nodes.length &&
    one.nodes.every(({ id, box }, index) => {
      const twin = other.nodes[index]
      return twin?.id === id && twin.box.x === box.x && twin.box.y === box.y
    })
  )
}
