/** A diagram as boxes and lines of characters, values flowing down. */
import type { Diagram, DiagramEdge } from './diagram.ts'
import { forwardLines, gradientLines, nodeLines } from './edge-lines.ts'
import { columnsOf, inOneLine, type LinePart, spelled, type TextKind } from './terminal-line.ts'
import { TextCanvas } from './text-canvas.ts'
import { type Item, type Layers, layersOfText, type Wire } from './text-layers.ts'

export interface TextBoxes {
  readonly width: number
  readonly lines: readonly (readonly LinePart[])[]
}

/** More than so many nodes are read better as a list. */
const mostNodes = 40

/** The picture, or nothing where there are too many nodes, or lines that would run over each other. */
export function textBoxes(
  diagram: Diagram,
  shapes: boolean,
  ascii: boolean,
): TextBoxes | undefined {
  if (diagram.nodes.length === 0 || diagram.nodes.length > mostNodes) return undefined
  const written = (text: string) => (ascii ? spelled(inOneLine(text)) : inOneLine(text))
  const layers = layersOfText(diagram, {
    linesOf: (node) => nodeLines(node, shapes).map(written),
    labelOf: (edge) => labelOf(edge, shapes, written),
  })
  const canvas = new TextCanvas()
  let y = 0
  for (const [index, items] of layers.items.entries()) {
    const height = Math.max(...items.map(heightOf))
    const channel = layers.channels[index]
    for (const item of items) {
      const isRead = channel?.some(({ source }) => source === item.id) === true
      drawItem(canvas, item, { y, height, isRead })
    }
    if (!channel) break
    const tracks = tracksOf(channel)
    if (!tracks) return undefined
    y = drawChannel(canvas, channel, { y: y + height, tracks })
  }
  return { width: canvas.width, lines: canvas.lines() }
}

type Label = Layers['channels'][number][number]['label']

function labelOf(edge: DiagramEdge, shapes: boolean, written: (text: string) => string): Label {
  const kind: TextKind = 'forward'
  return [
    ...forwardLines(edge, shapes).map((text) => ({ text: written(text), kind })),
    ...gradientLines(edge).map((text) => ({ text: written(text), kind: 'gradient' as const })),
  ]
}

function heightOf({ lines }: Item): number {
  return lines.length === 0 ? 1 : lines.length + 2
}

function drawItem(
  canvas: TextCanvas,
  { id, kind, lines, centre, width }: Item,
  { y, height, isRead }: { readonly y: number; readonly height: number; readonly isRead: boolean },
): void {
  if (lines.length === 0) {
    canvas.down(centre, [y - 1, y + height], id)
    return
  }
  const left = centre - Math.floor(width / 2)
  const [top, bottom] =
    kind === 'operation'
      ? [
          ['╭', '╮'],
          ['╰', '╯'],
        ]
      : [
          ['┌', '┐'],
          ['└', '┘'],
        ]
  const side = '─'.repeat(width - 2)
  canvas.write(left, y, `${top[0]}${side}${top[1]}`, kind)
  lines.forEach((text, row) => {
    const room = width - 2 - columnsOf(text)
    const before = ' '.repeat(Math.floor(room / 2))
    canvas.write(left, y + 1 + row, `│${before}${text}${' '.repeat(room - before.length)}│`, kind)
  })
  canvas.write(left, y + lines.length + 1, `${bottom[0]}${side}${bottom[1]}`, kind)
  // Lower boxes of the row: the line goes on to where the row ends.
  if (isRead) canvas.down(centre, [y + lines.length + 1, y + height], id)
}

/** A row for each source's line across, or nothing where two would need each other's place. */
function tracksOf(channel: readonly Wire[]): ReadonlyMap<string, number> | undefined {
  const sources = [...new Map(channel.map((wire) => [wire.source, wire.from])).entries()]
  const bent = sources.filter(([source, from]) =>
    channel.some((wire) => wire.source === source && wire.to !== from),
  )
  // Where a line comes down from above, another that goes down there must turn below it.
  const mustFollow = (source: string) =>
    bent.filter(([other, from]) => {
      const isOther = other !== source
      return isOther && channel.some((wire) => wire.source === source && wire.to === from)
    })
  const tracks = new Map<string, number>()
  const straight = sources.filter((entry) => !bent.includes(entry))
  const isBlocked = straight.some(([source, from]) =>
    channel.some((wire) => wire.source !== source && wire.to === from),
  )
  if (isBlocked) return undefined
  while (tracks.size < bent.length) {
    const next = bent.find(
      ([source]) => !tracks.has(source) && mustFollow(source).every(([other]) => tracks.has(other)),
    )
    if (!next) return undefined
    tracks.set(next[0], tracks.size)
  }
  return tracks
}

/** Lines between two layers, with their labels and tips; gives where the next layer begins. */
function drawChannel(
  canvas: TextCanvas,
  channel: readonly Wire[],
  { y, tracks }: { readonly y: number; readonly tracks: ReadonlyMap<string, number> },
): number {
  const across = y + tracks.size
  const rows = Math.max(...channel.map(({ label }) => label.length), 0)
  const tips = across + rows
  for (const { source, from, to, label, isLast } of channel) {
    const track = tracks.get(source)
    const turn = track === undefined ? y : y + track
    canvas.down(from, [y - 1, turn], source)
    if (to !== from) canvas.across([from, to], turn, source)
    canvas.down(to, [turn, tips + 1], source)
    if (isLast) canvas.write(to, tips, '▼', 'line')
    label.forEach(({ text, kind }, row) => {
      canvas.write(to + 2, across + row, text, kind)
    })
  }
  return tips + 1
}
