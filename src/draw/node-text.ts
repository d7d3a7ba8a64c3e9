/** How large a node is, and what stands in it. */
import { formatShape } from '../ir/shape.ts'
import { lineRow, placeBlock, type Row, sizeOfBlock } from './block.ts'
import type { DiagramNode } from './diagram.ts'
import type { Direction } from './layout.ts'
import type { Box, NodeForm, SceneLabel, TextClass } from './scene.ts'

export interface NodeText {
  readonly form: NodeForm
  readonly width: number
  readonly height: number
  readonly rows: readonly Row[]
  /** Stands below the node, or beside it where values flow down. */
  readonly caption: readonly Row[]
  /** The room of node and caption together, with the node in its middle. */
  readonly room: { readonly width: number; readonly height: number }
}

const captionGap = 2
/** How far the sheets behind a stack of blocks stand out. */
export const stackStep = 4

export function nodeText(node: DiagramNode, withShapes: boolean, direction: Direction): NodeText {
  const rows = rowsOf(node, withShapes)
  const text = sizeOfBlock(rows)
  const form = formOf(node)
  const size = sizeOf(form, text)
  const isCaptioned = node.kind === 'operation' && node.equation !== undefined
  const caption = isCaptioned ? [lineRow({ text: node.equation ?? '', class: 'equation' })] : []
  const own = sizeOfBlock(caption)
  const stack = form === 'stack' ? 2 * stackStep : 0
  const room =
    direction === 'right'
      ? {
          width: Math.max(size.width, own.width) + stack,
          height: size.height + (own.height > 0 ? 2 * (own.height + captionGap) : 0) + stack,
        }
      : {
          width: size.width + (own.width > 0 ? 2 * (own.width + captionGap) : 0) + stack,
          height: Math.max(size.height, own.height) + stack,
        }
  return { form, ...size, rows, caption, room }
}

/** The box of the node itself within the room that the layout gave it. */
export function boxWithin(room: Box, { width, height }: NodeText): Box {
  const x = room.x + (room.width - width) / 2
  return { x, y: room.y + (room.height - height) / 2, width, height }
}

/** The texts of a node that stands in `box`. */
export function placeNodeText(
  { id }: DiagramNode,
  { rows, caption }: NodeText,
  { box, direction }: { readonly box: Box; readonly direction: Direction },
): readonly SceneLabel[] {
  const centre = box.x + box.width / 2
  const middle = box.y + box.height / 2
  const { height } = sizeOfBlock(rows)
  const inside = placeBlock(rows, { x: centre, y: middle - height / 2, anchor: 'middle' })
  const labels: SceneLabel[] = [{ owner: id, of: 'node', ...inside }]
  if (caption.length === 0) return labels
  const below =
    direction === 'right'
      ? { x: centre, y: box.y + box.height + captionGap, anchor: 'middle' as const }
      : {
          x: box.x + box.width + captionGap,
          y: middle - sizeOfBlock(caption).height / 2,
          anchor: 'start' as const,
        }
  return [...labels, { owner: id, of: 'node', ...placeBlock(caption, below) }]
}

function rowsOf(node: DiagramNode, withShapes: boolean): readonly Row[] {
  const label = node.times === undefined ? node.label : `${node.label} ×${node.times}`
  const shape =
    withShapes && node.shape && node.shape.length > 0 ? formatShape(node.shape) : undefined
  const detail = node.detail ?? shape
  const isShape = node.detail === undefined
  return [
    lineRow({ text: label, class: classOf(node) }),
    ...(detail === undefined
      ? []
      : [lineRow({ text: detail, class: isShape ? 'shape' : 'detail' })]),
  ]
}

function classOf(node: DiagramNode): TextClass {
  if (node.kind === 'update') return 'detail'
  return formOf(node) === 'circle' && !/\p{L}/u.test(node.label) ? 'sign' : 'label'
}

function formOf({ kind, label, times }: DiagramNode): NodeForm {
  if (kind === 'operation') return [...label].length <= 2 ? 'circle' : 'pill'
  return times === undefined ? 'box' : 'stack'
}

function sizeOf(
  form: NodeForm,
  text: { readonly width: number; readonly height: number },
): { readonly width: number; readonly height: number } {
  if (form === 'circle') return { width: 34, height: 34 }
  const [beside, least] = form === 'pill' ? [26, 34] : [22, 32]
  return { width: Math.max(text.width + beside, 36), height: Math.max(text.height + 14, least) }
}
