/** The scene of a diagram: everything measured, placed and joined by lines. */
import { lineRow, placeBlock, type Row, sizeOfBlock } from './block.ts'
import { around } from './box.ts'
import { layoutWithDagre } from './dagre-layout.ts'
import type { Diagram, DiagramEdge } from './diagram.ts'
import { type EdgeText, edgeText } from './edge-text.ts'
import { placeFrames } from './frame-place.ts'
import type { Direction, Layout, LayoutEdge, Places } from './layout.ts'
import { moved } from './moved.ts'
import { boxWithin, nodeText, placeNodeText } from './node-text.ts'
import { headOf, type Route, reversed, routesOf, shifted } from './route.ts'
import type { Box, Scene, SceneLabel, SceneLine, SceneNode } from './scene.ts'

export interface SceneOptions {
  readonly direction: Direction
  readonly shapes: boolean
  /** What gives the places. Default: dagre. */
  readonly layout?: Layout
}

/** Between a line and what is written at it. */
const lineGap = 5
/** Between the line of a value and that of its gradient. */
const pairGap = 3
const margin = 12

export function sceneOf(diagram: Diagram, options: SceneOptions): Scene {
  const { direction, shapes, layout = layoutWithDagre } = options
  const texts = new Map(diagram.nodes.map((node) => [node.id, nodeText(node, shapes, direction)]))
  const edgeTexts = new Map(diagram.edges.map((edge) => [edge.id, edgeText(edge, shapes)]))
  const edges = diagram.edges.map((edge): LayoutEdge => {
    const { id, from, to } = edge
    return { id, from, to, ...roomOf(edgeTexts.get(id) ?? noText, direction) }
  })
  const places = layout({
    nodes: diagram.nodes.map(({ id, frame }) => ({
      ...{ id, width: 0, height: 0, ...texts.get(id)?.room },
      ...(frame !== undefined && { frame }),
    })),
    ...{ edges, frames: diagram.frames, direction },
  })
  const nodes = diagram.nodes.flatMap((node): SceneNode[] => {
    const text = texts.get(node.id)
    const room = places.nodes.get(node.id)
    if (!text || !room) return []
    const box = boxWithin(room, text)
    const { id, kind, hint = node.label, active } = node
    return [{ id, kind, form: text.form, box, hint, ...(active && { active }) }]
  })
  const routes = routesOf(edges, { places, shapes: shapesOf(nodes), direction })
  const labels = [
    ...nodes.flatMap((node, index): readonly SceneLabel[] => {
      const [own, text] = [diagram.nodes[index], texts.get(node.id)]
      return own && text ? placeNodeText(own, text, { box: node.box, direction }) : []
    }),
    ...diagram.edges.flatMap((edge) => edgeLabels(edge, edgeTexts, { places, direction })),
  ]
  const lines = diagram.edges.flatMap((edge) => linesOf(edge, routes.get(edge.id), direction))
  const framed = placeFrames(diagram.frames, { places, nodes, labels })
  return finished(diagram, { nodes, lines, ...framed })
}

const noText: EdgeText = { above: [], below: [] }

/** The room of an edge's texts, with the edge through its middle. */
function roomOf(
  { above, below }: EdgeText,
  direction: Direction,
): { readonly width: number; readonly height: number } {
  const [first, second] = [sizeOfBlock(above), sizeOfBlock(below)]
  if (above.length + below.length === 0) return { width: 0, height: 0 }
  const gap = lineGap + pairGap
  return direction === 'right'
    ? {
        width: Math.max(first.width, second.width),
        height: 2 * (Math.max(first.height, second.height) + gap),
      }
    : {
        width: 2 * (Math.max(first.width, second.width) + gap),
        height: Math.max(first.height, second.height),
      }
}

function edgeLabels(
  { id }: DiagramEdge,
  texts: ReadonlyMap<string, EdgeText>,
  { places, direction }: { readonly places: Places; readonly direction: Direction },
): readonly SceneLabel[] {
  const { above, below } = texts.get(id) ?? noText
  const box = places.edges.get(id)?.label
  if (!box) return []
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const gap = below.length > 0 ? lineGap + pairGap : lineGap
  const place = (rows: readonly Row[], isForward: boolean): readonly SceneLabel[] => {
    if (rows.length === 0) return []
    const { height } = sizeOfBlock(rows)
    const at =
      direction === 'right'
        ? {
            x: middle.x,
            y: middle.y + (isForward ? -gap - height : gap),
            anchor: 'middle' as const,
          }
        : {
            x: middle.x + (isForward ? gap : -gap),
            y: middle.y - height / 2,
            anchor: isForward ? ('start' as const) : ('end' as const),
          }
    return [{ owner: id, of: 'edge', ...placeBlock(rows, at) }]
  }
  return [...place(above, true), ...place(below, false)]
}

function shapesOf(
  nodes: readonly SceneNode[],
): ReadonlyMap<string, { readonly box: Box; readonly isRound: boolean }> {
  return new Map(nodes.map(({ id, box, form }) => [id, { box, isRound: form === 'circle' }]))
}

/** The value's line, and beside it that of its gradient, which runs back. */
function linesOf(
  { id, from, to, phase, gradientName, active }: DiagramEdge,
  route: Route | undefined,
  direction: Direction,
): readonly SceneLine[] {
  if (!route) return []
  const line = (kind: SceneLine['kind'], way: Route): SceneLine => {
    const { start, path } = way
    const head = headOf(way, direction)
    return { id, from, to, kind, start, path, head, ...(active && { active }) }
  }
  if (phase === 'update') return [line('update', route)]
  if (gradientName === undefined) return [line('forward', route)]
  // Values above, or to the right of a line that runs down; gradients on the other side.
  const side = direction === 'right' ? 1 : -1
  const back = reversed(shifted(route, side * pairGap, direction))
  return [line('forward', shifted(route, -side * pairGap, direction)), line('gradient', back)]
}

/** Moved so that everything is inside, with the notes below. */
function finished(
  { title, description, notes }: Diagram,
  parts: Pick<Scene, 'frames' | 'lines' | 'nodes' | 'labels'>,
): Scene {
  const ways = parts.lines.flatMap(({ start, path }) => [start, ...path.map(({ to }) => to)])
  const whole = around([
    ...[...parts.nodes, ...parts.frames, ...parts.labels].map(({ box }) => box),
    ...ways.map(({ x, y }): Box => ({ x, y, width: 0, height: 0 })),
  ])
  const foot = notes.map((text) => lineRow({ text, class: 'note' }))
  const size = sizeOfBlock(foot)
  const below = { x: margin, y: whole.height + 2 * margin, anchor: 'start' as const }
  const note: readonly SceneLabel[] =
    foot.length === 0 ? [] : [{ owner: '', of: 'scene', ...placeBlock(foot, below) }]
  const { labels, ...rest } = moved(parts, { x: margin - whole.x, y: margin - whole.y })
  return {
    width: Math.ceil(Math.max(whole.width, size.width) + 2 * margin),
    height: Math.ceil(whole.height + 2 * margin + (foot.length > 0 ? size.height + margin : 0)),
    ...{ title, description },
    ...rest,
    labels: [...labels, ...note],
  }
}
