/** A scene as elements of SVG, which keep their places; what changes is their classes. */
import { stackStep } from '../draw/node-text.ts'
import type { Box, Scene, SceneLabel, SceneLine, SceneNode } from '../draw/scene.ts'
import { Carrier, type Paper } from './carrier.ts'
import { cividis, cssOf } from './cividis.ts'
import { headData, pathData } from './line-path.ts'
import {
  type Ends,
  endsOf,
  type Look,
  signs,
  statesOfLabel,
  statesOfLine,
  statesOfNode,
} from './look.ts'
import type { Painter } from './painter.ts'
import type { SceneIndex } from './scene-index.ts'
import type { Size, View } from './viewport.ts'

export class SvgPainter implements Painter {
  readonly element: SVGSVGElement = svg('svg', { class: 'sluice', 'aria-hidden': 'true' })
  #parts: readonly Part[] = []
  readonly #carrier = new Carrier(this.element, 1, (paper) => this.#paint(paper))

  show({ scene }: SceneIndex, look: Look): void {
    this.#parts = partsOf(scene)
    const frames = scene.frames.map(({ box }) => svg('rect', { class: 'frame', ...box, rx: 8 }))
    this.element.replaceChildren(...frames, ...this.#parts.map(({ element }) => element))
    this.dress(look)
  }

  dress(look: Look): void {
    for (const { dress } of this.#parts) dress(look)
  }

  place(view: View, size: Size, isMoving: boolean): void {
    this.#carrier.place(view, size, isMoving)
  }

  #paint({ scale, x, y, width, height, around }: Paper): void {
    const share = 1 + 2 * around
    const seen = [-x - around * width, -y - around * height, share * width, share * height]
    this.element.setAttribute('viewBox', seen.map((length) => length / scale).join(' '))
  }

  recolour(): void {
    // The style sheets do it.
  }

  stop(): void {
    this.#carrier.stop()
    this.element.remove()
  }
}

interface Part {
  readonly element: SVGGElement
  dress(look: Look): void
}

function partsOf(scene: Scene): readonly Part[] {
  const ends = endsOf(scene)
  return [
    ...scene.lines.map(linePart),
    ...scene.nodes.map(nodePart),
    ...scene.labels.map((label) => labelPart(label, ends)),
  ]
}

function linePart(line: SceneLine): Part {
  const { id, kind, head } = line
  const turn = `translate(${head.tip.x} ${head.tip.y}) rotate(${head.angle})`
  const element = svg('g', { 'data-edge': id, 'data-kind': kind }, [
    svg('path', { class: `line ${kind}`, d: pathData(line) }),
    svg('path', { class: `head ${kind}`, d: headData, transform: turn }),
  ])
  return { element, dress: (look) => setClass(element, statesOfLine(line, look)) }
}

function nodePart(node: SceneNode): Part {
  const { id, box, hint } = node
  const title = svg('title', {})
  title.textContent = hint
  const shapes = shapesOf(node)
  const element = svg('g', { 'data-node': id }, [title, ...shapes])
  const extras = svg('g', { class: 'extra' })
  const dress = (look: Look) => {
    setClass(element, ['node', ...statesOfNode(node, look)])
    const entry = look.overlay?.get(id)
    for (const shape of shapes) {
      if (entry) shape.style.fill = cssOf(cividis(entry.share))
      else shape.removeAttribute('style')
    }
    const mark = look.marks?.get(id)
    const sign = mark === undefined ? '' : signs[mark]
    extras.replaceChildren(
      ...(sign === '' ? [] : badge(sign, box)),
      ...(entry ? [overlayText(entry.text, box)] : []),
    )
    if (extras.childNodes.length > 0) element.append(extras)
    else extras.remove()
  }
  return { element, dress }
}

function shapesOf({ kind, form, box }: SceneNode): readonly SVGElement[] {
  const { x, y, width, height } = box
  if (form === 'circle') {
    const [cx, cy] = [x + width / 2, y + height / 2]
    return [svg('circle', { class: kind, cx, cy, r: height / 2 })]
  }
  const sheet = (by: number, rx: number) =>
    svg('rect', { class: kind, width, height, x: x + by, y: y - by, rx })
  if (form !== 'stack') return [sheet(0, form === 'pill' ? height / 2 : 4)]
  return [sheet(2 * stackStep, 6), sheet(stackStep, 6), sheet(0, 6)]
}

function badge(sign: string, { x, y, width }: Box): readonly SVGElement[] {
  const written = svg('text', { class: 'badge', x: x + width, y: y + 4.5, 'text-anchor': 'middle' })
  written.textContent = sign
  return [svg('circle', { class: 'badge', cx: x + width, cy: y, r: 8 }), written]
}

function overlayText(text: string, { x, y, width }: Box): SVGElement {
  const place = { x: x + width / 2, y: y - 4, 'text-anchor': 'middle' }
  const written = svg('text', { class: 'overlay', ...place })
  written.textContent = text
  return written
}

function labelPart(label: SceneLabel, ends: Ends): Part {
  const { owner, texts, brackets = [] } = label
  const element = svg('g', { 'data-label': owner }, [
    ...texts.map(({ text, class: kind, x, y, anchor, size }) => {
      const look = { class: kind, x, y, 'font-size': size, 'text-anchor': anchor }
      const written = svg('text', look)
      written.textContent = text
      return written
    }),
    ...brackets.map(({ box, class: kind }) =>
      svg('path', { class: `bracket ${kind}`, d: bracketData(box) }),
    ),
  ])
  const dress = (look: Look) => setClass(element, ['written', ...statesOfLabel(label, look, ends)])
  return { element, dress }
}

/** A pair of square brackets around a box. */
function bracketData({ x, y, width, height }: Box): string {
  const [right, bottom] = [x + width, y + height]
  return `M${x + 3} ${y}H${x}V${bottom}H${x + 3}M${right - 3} ${y}H${right}V${bottom}H${right - 3}`
}

function setClass(element: Element, names: readonly string[]): void {
  const wanted = names.join(' ')
  if ((element.getAttribute('class') ?? '') === wanted) return
  if (wanted === '') element.removeAttribute('class')
  else element.setAttribute('class', wanted)
}

function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly Element[] = [],
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  element.append(...children)
  return element
}
