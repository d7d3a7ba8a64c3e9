/** `<sluice-graph>`: the picture of a graph as an element of any page. */
import type { Drawing } from '../draw/drawing.ts'
import type { Scene } from '../draw/scene.ts'
import type { DrawingData } from '../draw/to-json.ts'
import { attachControls } from './controls.ts'
import { loadScene } from './load-scene.ts'
import type { Knowledge, Look, Mark, OverlayEntry } from './look.ts'
import type { Arrow } from './neighbours.ts'
import { readScene } from './read-scene.ts'
import { buildShadow, type ShadowParts } from './shadow.ts'
import { spokenOf } from './spoken.ts'
import { Stage } from './stage.ts'
import { type ElementTheme, sheetsOf } from './styles.ts'
import { homeHeight } from './viewport.ts'

/** The class can be named, but not made, where there are no elements: on a server. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? Object

const unset: Look = {
  ...{ selected: undefined, active: undefined, phase: undefined },
  ...{ unknown: undefined, overlay: undefined, marks: undefined },
}

/**
 * Shows a graph, to be panned, zoomed and walked through by pointer and keys. Give it a `drawing` or
 * a `scene`, or name a file of JSON in its attribute `src`. Its height is that of the picture, up to
 * 80 % of the window's, unless a style gives another.
 *
 * Attributes: `src`, `theme` (`auto`, `light`, `dark`, `print`).
 * Events: `sluice-select` and `sluice-open` with the id in `detail`, `sluice-view`, `sluice-error`.
 * Keys: arrows follow the edges, `+` and `-` zoom, `f` fits, `0` goes back, Enter opens, Escape lets go.
 *
 * @example
 * const view = document.querySelector('sluice-graph')
 * view.drawing = JSON.parse(json) // of JSON.stringify(draw(J, { values }))
 */
export class SluiceGraph extends Base {
  static readonly observedAttributes: readonly string[] = ['src', 'theme']

  readonly #parts: ShadowParts
  readonly #stage: Stage
  #scene: Scene | undefined
  #look: Look = unset
  /** The node that keeps its place on the screen when another scene comes; forgotten then. */
  anchor: string | undefined
  #isNewScene = false
  #isDue = false
  #listening: AbortController | undefined
  #loading: AbortController | undefined

  constructor() {
    super()
    this.#parts = buildShadow(this)
    this.#stage = new Stage(unset, {
      element: this.#parts.stage,
      onView: () => this.#tell('sluice-view', this.#stage.view),
    })
    this.#recolour()
  }

  /** What is shown: of a drawing, or of what it is as JSON. */
  set drawing(drawing: Drawing | DrawingData | undefined) {
    try {
      // Plain data may come from anywhere; a drawing of this package made its scene itself.
      this.scene = drawing && 'format' in drawing ? readScene(drawing) : drawing?.scene
    } catch (error) {
      this.#fail(error)
    }
  }

  get scene(): Scene | undefined {
    return this.#scene
  }

  set scene(scene: Scene | undefined) {
    this.#loading?.abort()
    if (scene === this.#scene) return
    this.#scene = scene
    this.#isNewScene = true
    this.#parts.error.textContent = ''
    this.#changeSoon()
  }

  /** The id of the node or edge that is chosen. */
  get selected(): string | undefined {
    return this.#look.selected
  }

  set selected(selected: string | undefined) {
    this.#change({ selected })
  }

  /** The id of the node or edge where the present step happens; it is brought into sight. */
  get active(): string | undefined {
    return this.#look.active
  }

  set active(active: string | undefined) {
    this.#change({ active })
  }

  get phase(): Look['phase'] {
    return this.#look.phase
  }

  set phase(phase: Look['phase']) {
    this.#change({ phase })
  }

  /** What is hidden: the values and gradients that are not known. Undefined: nothing. */
  get unknown(): Knowledge | undefined {
    return this.#look.unknown
  }

  set unknown(unknown: Knowledge | undefined) {
    this.#change({ unknown })
  }

  /** By node: a share of 0 to 1, which colours it, and a text above it. */
  get overlay(): ReadonlyMap<string, OverlayEntry> | undefined {
    return this.#look.overlay
  }

  set overlay(overlay: ReadonlyMap<string, OverlayEntry> | undefined) {
    this.#change({ overlay })
  }

  /** By node: what has become of it. */
  get marks(): ReadonlyMap<string, Mark> | undefined {
    return this.#look.marks
  }

  set marks(marks: ReadonlyMap<string, Mark> | undefined) {
    this.#change({ marks })
  }

  get theme(): ElementTheme {
    const theme = this.getAttribute('theme')
    return theme === 'light' || theme === 'dark' || theme === 'print' ? theme : 'auto'
  }

  set theme(theme: ElementTheme) {
    this.setAttribute('theme', theme)
  }

  /** Shows all of it, however small. */
  fit(): void {
    this.#changeNow()
    this.#stage.fit()
  }

  /** As large as it is at first: so that it can be read. */
  home(): void {
    this.#changeNow()
    this.#stage.home()
  }

  /** Brings a node or an edge to the middle. */
  centre(id: string): void {
    this.#changeNow()
    this.#stage.centre(id)
  }

  /** Makes it larger, about the middle of the view. */
  zoomBy(factor: number): void {
    this.#changeNow()
    this.#stage.zoomBy(factor)
  }

  /** Where a node or an edge is seen, in pixels of the window. */
  boundsOf(id: string): DOMRect | undefined {
    this.#changeNow()
    const box = this.#stage.boxOf(id)
    const { left, top } = this.getBoundingClientRect()
    return box && new DOMRect(left + box.x, top + box.y, box.width, box.height)
  }

  /** As an arrow key does: along an edge from what is chosen, else active, else to the first node. */
  follow(arrow: Arrow): void {
    this.#changeNow()
    const to = this.#stage.neighbourOf(this.selected ?? this.active, arrow)
    if (to === undefined) return
    this.#choose(to)
    this.#stage.reveal(to)
  }

  connectedCallback(): void {
    this.#adoptEarlyProperties()
    const listening = new AbortController()
    this.#listening = listening
    const { signal } = listening
    const chooser = {
      choose: (id: string | undefined) => this.#choose(id),
      open: (id = this.selected) => this.#open(id),
      follow: (arrow: Arrow) => this.follow(arrow),
    }
    attachControls(this.#parts.stage, { stage: this.#stage, chooser, signal })
    const resized = new ResizeObserver(() => this.#measure())
    resized.observe(this)
    signal.addEventListener('abort', () => resized.disconnect())
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
      matchMedia(query).addEventListener('change', () => this.#recolour(), { signal })
    }
    // What was set before there was a page waits since then.
    this.#isDue = false
    this.#changeSoon()
  }

  disconnectedCallback(): void {
    this.#listening?.abort()
    this.#stage.stop()
  }

  attributeChangedCallback(name: string): void {
    if (name === 'theme') this.#recolour()
    else this.#load()
  }

  /** Properties that were set before the element was defined hide the accessors. */
  #adoptEarlyProperties(): void {
    for (const name of ['drawing', 'scene', ...Object.keys(unset)]) {
      const own = Object.getOwnPropertyDescriptor(this, name)
      if (own === undefined) continue
      Reflect.deleteProperty(this, name)
      Reflect.set(this, name, own.value)
    }
  }

  #choose(id: string | undefined): void {
    if (id === this.selected) return
    this.selected = id
    const scene = this.#scene
    this.#parts.spoken.textContent =
      id !== undefined && scene ? spokenOf(id, scene, this.#look) : ''
    this.#tell('sluice-select', { id })
  }

  #open(id: string | undefined): void {
    if (id !== undefined) this.#tell('sluice-open', { id })
  }

  #change(part: Partial<Look>): void {
    this.#look = { ...this.#look, ...part }
    this.#changeSoon()
  }

  /** Once for all properties that are set one after the other. */
  #changeSoon(): void {
    if (this.#isDue) return
    this.#isDue = true
    queueMicrotask(() => this.#changeNow())
  }

  #changeNow(): void {
    if (!this.#isDue || !this.isConnected) return
    this.#isDue = false
    if (!this.#isNewScene) {
      this.#stage.dress(this.#look)
      return
    }
    this.#isNewScene = false
    const { stage, description } = this.#parts
    const scene = this.#scene ?? empty
    stage.setAttribute('aria-label', scene.title)
    description.textContent = scene.description
    this.#measure()
    this.#stage.show(scene, this.#look, this.anchor)
    this.anchor = undefined
  }

  #measure(): void {
    const { room, stage } = this.#parts
    const scene = this.#scene
    const tall = scene ? homeHeight(scene, this.clientWidth) : 0
    room.style.height = `min(80vh, ${Math.ceil(tall)}px)`
    const size = { width: stage.clientWidth, height: stage.clientHeight }
    // Where nothing is above or below, a finger that goes up and down moves the page.
    stage.classList.toggle('whole', tall <= size.height + 1)
    this.#stage.resize(size)
  }

  #recolour(): void {
    this.#parts.root.adoptedStyleSheets = [...sheetsOf(this.theme)]
    this.#stage.recolour(this.theme)
  }

  async #load(): Promise<void> {
    this.#loading?.abort()
    const source = this.getAttribute('src')
    if (source === null) return
    const loading = new AbortController()
    this.#loading = loading
    try {
      const scene = await loadScene(source, loading.signal)
      if (!loading.signal.aborted) this.scene = scene
    } catch (error) {
      if (!loading.signal.aborted) this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.scene = undefined
    this.#parts.error.textContent = error instanceof Error ? error.message : String(error)
    this.#tell('sluice-error', { error })
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
  }
}

const empty: Scene = {
  ...{ width: 1, height: 1, title: 'No graph', description: '' },
  ...{ frames: [], lines: [], nodes: [], labels: [] },
}
