/** Draws the parts of a scene on a canvas, those of one look together. */
import { fontFamily } from '../draw/font.ts'
import { stackStep } from '../draw/node-text.ts'
import type { Box, SceneFrame, SceneLabel, SceneLine, SceneNode, SceneText } from '../draw/scene.ts'
import { cividis, cssOf } from './cividis.ts'
import { type Look, type Mark, signs } from './look.ts'
import type { Palette } from './palette.ts'

export interface Brush {
  readonly context: CanvasRenderingContext2D
  readonly palette: Palette
  readonly look: Look
  /** Pixels of the screen to one of the scene: what would be too small is left out. */
  readonly scale: number
  /** The states of a part, as the classes that an element would have. */
  stateOf(part: SceneLine | SceneNode | SceneLabel): string
}

const leastText = 4.5
const leastCurve = 0.3
const leastHead = 0.15
const leastDash = 0.5
/** Below this a node is a spot of its colour. */
const leastOutline = 0.2
const faint = 0.4
const dashes = { forward: [], gradient: [5, 3], update: [1.5, 3] } as const

export function drawFrames(frames: readonly SceneFrame[], { context, palette }: Brush): void {
  context.fillStyle = palette.frame.fill
  context.strokeStyle = palette.frame.stroke
  context.lineWidth = 1
  context.setLineDash([3, 3])
  for (const { box } of frames) {
    context.beginPath()
    context.roundRect(box.x, box.y, box.width, box.height, 8)
    context.fill()
    context.stroke()
  }
  context.setLineDash([])
}

export function drawLines(lines: readonly SceneLine[], brush: Brush): void {
  const { context, palette, scale } = brush
  const groups = grouped(lines, (line) => `${line.kind}/${brush.stateOf(line)}`)
  for (const group of groups.values()) {
    const [first] = group
    const states = first ? brush.stateOf(first) : ''
    if (!first || states.includes('unknown')) continue
    const { kind } = first
    const { isStrong, colour, dash } = lineLook(kind, states, palette)
    // From afar lines would hide the nodes that they join.
    const strength = scale < leastOutline && !isStrong ? faint : 1
    context.globalAlpha = states.includes('dimmed') ? dimmed : strength
    context.strokeStyle = colour
    context.fillStyle = colour
    // Hairlines are drawn fastest, and nothing thinner can be seen.
    context.lineWidth = Math.max(isStrong ? 3.5 : 1.4, 1 / scale)
    context.setLineDash(scale < leastDash ? [] : dash)
    strokeWays(group, brush)
    if (scale >= leastHead) fillHeads(group, context)
  }
  context.setLineDash([])
  context.globalAlpha = 1
}

function lineLook(
  kind: SceneLine['kind'],
  states: string,
  { lines, marks, strong }: Palette,
): { readonly isStrong: boolean; readonly colour: string; readonly dash: readonly number[] } {
  const names = states.split(' ')
  const mark = markIn(names)
  const isActive = names.includes('active') && kind === 'forward'
  const own = isActive ? strong.forward : names.includes('selected') ? strong.selected : lines[kind]
  return {
    isStrong: mark !== undefined || names.includes('active') || names.includes('selected'),
    colour: mark ? marks[mark] : own,
    dash: mark === 'removed' || mark === 'wrong' ? [4, 3] : dashes[kind],
  }
}

function markIn(names: readonly string[]): Exclude<Mark, 'dimmed'> | undefined {
  return (['added', 'removed', 'changed', 'wrong'] as const).find((one) => names.includes(one))
}

/** Few at a time: one path of thousands of lines takes longer than its parts. */
const together = 64

function strokeWays(lines: readonly SceneLine[], { context, scale }: Brush): void {
  for (let start = 0; start < lines.length; start += together) {
    context.beginPath()
    for (const { start: from, path } of lines.slice(start, start + together)) {
      context.moveTo(from.x, from.y)
      for (const segment of path) {
        const { to } = segment
        if (segment.kind === 'line' || scale < leastCurve) context.lineTo(to.x, to.y)
        else {
          const [one, other] = segment.control
          context.bezierCurveTo(one.x, one.y, other.x, other.y, to.x, to.y)
        }
      }
    }
    context.stroke()
  }
}

function fillHeads(lines: readonly SceneLine[], context: CanvasRenderingContext2D): void {
  context.beginPath()
  for (const { head } of lines) {
    const turn = (head.angle * Math.PI) / 180
    const [cosine, sine] = [Math.cos(turn), Math.sin(turn)]
    const { x, y } = head.tip
    context.moveTo(x, y)
    context.lineTo(x - 8 * cosine + 3.5 * sine, y - 8 * sine - 3.5 * cosine)
    context.lineTo(x - 8 * cosine - 3.5 * sine, y - 8 * sine + 3.5 * cosine)
    context.closePath()
  }
  context.fill()
}

export function drawNodes(nodes: readonly SceneNode[], brush: Brush): void {
  const { context, palette, look, scale } = brush
  const keyOf = (node: SceneNode) => {
    const entry = look.overlay?.get(node.id)
    return `${node.kind}/${brush.stateOf(node)}/${entry ? cssOf(cividis(entry.share)) : ''}`
  }
  for (const [key, group] of grouped(nodes, keyOf)) {
    const [kind = 'operation', states = '', fill = ''] = key.split('/')
    const paint = palette.nodes[kind as SceneNode['kind']] // the key begins with one
    const { stroke, width, dash } = outlineOf(states, paint.stroke, palette)
    context.globalAlpha = states.includes('dimmed') ? dimmed : 1
    const isFar = scale < leastOutline
    context.fillStyle = fill !== '' ? fill : isFar ? stroke : paint.fill
    context.strokeStyle = stroke
    context.lineWidth = Math.max(width, 1 / scale)
    context.setLineDash(dash)
    for (let start = 0; start < group.length; start += together) {
      context.beginPath()
      for (const node of group.slice(start, start + together)) addShape(node, brush)
      context.fill()
      if (!isFar || width > 2) context.stroke()
    }
  }
  context.setLineDash([])
  context.globalAlpha = 1
}

function outlineOf(
  states: string,
  stroke: string,
  { marks, strong }: Palette,
): { readonly stroke: string; readonly width: number; readonly dash: number[] } {
  const names = states.split(' ')
  const mark = markIn(names)
  const phase = (['forward', 'backward', 'update'] as const).find((one) => names.includes(one))
  const dash = mark === 'removed' || mark === 'wrong' ? [4, 3] : []
  if (phase) return { stroke: strong[phase], width: 4, dash }
  if (names.includes('selected')) return { stroke: strong.selected, width: 3.5, dash: [6, 3] }
  if (mark) return { stroke: marks[mark], width: 3, dash }
  return { stroke, width: names.includes('active') ? 4 : 1.4, dash }
}

function addShape({ form, box }: SceneNode, { context, scale }: Brush): void {
  const { x, y, width, height } = box
  // Corners of a pixel or two are not to be seen.
  if (height * scale < 10) {
    context.rect(x, y, width, height)
    return
  }
  if (form === 'circle') {
    context.moveTo(x + width / 2 + height / 2, y + height / 2)
    context.arc(x + width / 2, y + height / 2, height / 2, 0, 2 * Math.PI)
    return
  }
  if (form === 'stack') {
    for (const by of [2 * stackStep, stackStep]) context.roundRect(x + by, y - by, width, height, 6)
  }
  context.roundRect(x, y, width, height, form === 'pill' ? height / 2 : form === 'stack' ? 6 : 4)
}

export function drawLabels(labels: readonly SceneLabel[], brush: Brush): void {
  const { context, scale } = brush
  for (const label of labels) {
    const states = brush.stateOf(label)
    if (states.includes('unknown')) continue
    context.globalAlpha = states.includes('dimmed') ? dimmed : 1
    for (const text of label.texts) {
      if (text.size * scale >= leastText) drawText(text, states, brush)
    }
    for (const { box, class: kind } of label.brackets ?? []) {
      if (box.height * scale >= leastText) drawBrackets(box, brush.palette.texts[kind], context)
    }
  }
  context.globalAlpha = 1
}

function drawText(text: SceneText, states: string, { context, palette }: Brush): void {
  const { class: kind, x, y, anchor, size } = text
  const own = palette.texts[kind]
  const onColour = states.includes('on-dark') ? '#fff' : states.includes('on-light') ? '#000' : own
  const font = `${kind === 'gradient' ? 'italic ' : ''}${size}px ${fontFamily}`
  if (context.font !== font) context.font = font
  context.fillStyle = onColour
  context.textAlign = anchor === 'middle' ? 'center' : anchor
  context.fillText(text.text, x, y)
}

function drawBrackets(box: Box, colour: string, context: CanvasRenderingContext2D): void {
  const { x, y, width, height } = box
  const [right, bottom] = [x + width, y + height]
  context.strokeStyle = colour
  context.lineWidth = 1
  context.beginPath()
  for (const [edge, inner] of [
    [x, x + 3],
    [right, right - 3],
  ] as const) {
    context.moveTo(inner, y)
    context.lineTo(edge, y)
    context.lineTo(edge, bottom)
    context.lineTo(inner, bottom)
  }
  context.stroke()
}

/** The signs of marks, and the texts of an overlay. */
export function drawSigns(nodes: readonly SceneNode[], brush: Brush): void {
  const { context, palette, look, scale } = brush
  context.textAlign = 'center'
  for (const { id, box } of nodes) {
    const mark = look.marks?.get(id)
    if (mark && mark !== 'dimmed' && 16 * scale >= leastText) drawBadge(mark, box, brush)
    const entry = look.overlay?.get(id)
    if (!entry || 11 * scale < leastText) continue
    context.font = `11px ${fontFamily}`
    context.lineJoin = 'round'
    context.lineWidth = 3
    context.strokeStyle = palette.background
    context.fillStyle = palette.texts.label
    const place = [box.x + box.width / 2, box.y - 4] as const
    context.strokeText(entry.text, ...place)
    context.fillText(entry.text, ...place)
  }
}

function drawBadge(mark: Exclude<Mark, 'dimmed'>, box: Box, { context, palette }: Brush): void {
  const x = box.x + box.width
  context.beginPath()
  context.arc(x, box.y, 8, 0, 2 * Math.PI)
  context.fillStyle = palette.background
  context.fill()
  context.lineWidth = 2
  context.strokeStyle = palette.marks[mark]
  context.stroke()
  context.font = `bold 13px ${fontFamily}`
  context.fillStyle = palette.marks[mark]
  context.fillText(signs[mark], x, box.y + 4.5)
}

const dimmed = 0.25

function grouped<T>(parts: readonly T[], keyOf: (part: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const part of parts) {
    const key = keyOf(part)
    const group = groups.get(key)
    if (group) group.push(part)
    else groups.set(key, [part])
  }
  return groups
}
