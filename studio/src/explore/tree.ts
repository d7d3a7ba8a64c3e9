/** The picture as a tree: groups, what is open in them, and the gates; the twin of the canvas. */
import type { DiagramNode } from 'sluice/draw'
import type { FoldedPicture } from '../engine/explore-protocol.ts'

export interface TreeRow {
  /** Of the node, or of the open group. */
  readonly id: string
  readonly text: string
  readonly detail: string
  /** From 1. */
  readonly level: number
  /** Absent on what cannot be opened. */
  readonly isOpen: boolean | undefined
  readonly parent: string | undefined
}

/** In the order of the flow; what is given and what comes out are left to the canvas. */
export function treeOf(
  { diagram, rests, open }: FoldedPicture,
  isGroup: (id: string) => boolean,
): readonly TreeRow[] {
  const frames = new Map(diagram.frames.map((frame) => [frame.id, frame]))
  const rows: TreeRow[] = []
  const shown = new Set<string>()
  const levelOf = (frame: string | undefined): number =>
    frame === undefined ? 0 : 1 + levelOf(frames.get(frame)?.parent)
  const showFrame = (id: string | undefined): void => {
    if (id === undefined || shown.has(id)) return
    const frame = frames.get(id)
    if (!frame) return
    showFrame(frame.parent)
    shown.add(id)
    const { label, parent } = frame
    rows.push({ id, text: label, detail: '', level: levelOf(id), isOpen: true, parent })
  }
  const nodes = diagram.nodes.filter(({ kind }) => kind === 'operation' || kind === 'group')
  for (const node of inGroups(nodes, frames)) {
    showFrame(node.frame)
    const canOpen = isGroup(node.id) || rests[node.id] !== undefined
    rows.push({
      ...{ id: node.id, ...textOf(node), level: levelOf(node.frame) + 1, parent: node.frame },
      isOpen: canOpen ? open.includes(node.id) : undefined,
    })
  }
  return rows
}

function textOf(node: DiagramNode): Pick<TreeRow, 'text' | 'detail'> {
  const { label, times, equation, gate, detail = '' } = node
  if (node.kind === 'operation') return { text: gate ?? label, detail: equation ?? '' }
  return { text: times === undefined ? label : `${label} ×${times}`, detail }
}

/** Each group's nodes together, at the place of its first. */
function inGroups(
  nodes: readonly DiagramNode[],
  frames: ReadonlyMap<string, { readonly parent?: string }>,
): readonly DiagramNode[] {
  const first = new Map<string, number>()
  const pathOf = (node: DiagramNode, index: number): readonly number[] => {
    const path: number[] = []
    for (let at = node.frame; at !== undefined; at = frames.get(at)?.parent) {
      if (!first.has(at)) first.set(at, index)
      path.unshift(first.get(at) ?? index)
    }
    return [...path, index]
  }
  const placed = nodes.map((node, index) => ({ node, path: pathOf(node, index) }))
  placed.sort((a, b) => {
    const length = Math.max(a.path.length, b.path.length)
    for (let k = 0; k < length; k++) {
      const difference = (a.path[k] ?? -1) - (b.path[k] ?? -1)
      if (difference !== 0) return difference
    }
    return 0
  })
  return placed.map(({ node }) => node)
}
