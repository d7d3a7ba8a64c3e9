/** The layout by dagre: layers after Sugiyama, with room for the label of every edge. */
import { Graph as DagreGraph, layout as dagreLayout } from '@dagrejs/dagre'
import { internalError, SluiceError } from '../errors.ts'
import type { EdgePlace, Layout, LayoutInput, Places } from './layout.ts'
import { orderOperands } from './operand-order.ts'
import type { Box } from './scene.ts'

/** Between neighbours across the flow, between an edge and its neighbours, and along the flow. */
const gaps = { nodes: 26, edges: 18, ranks: 30 } as const

/** Larger pictures take minutes, and nobody can read them. */
const mostNodes = 1500

/**
 * Places by dagre. Deterministic: it draws no random numbers.
 * Throws: OPTION where there are more nodes than can be laid out in seconds.
 */
export const layoutWithDagre: Layout = (input) => {
  checkSize(input.nodes.length)
  const graph = graphOf(input)
  dagreLayout(graph, {
    customOrder: (ranked: DagreGraph, order: (graph: DagreGraph) => void) => {
      orderOperands(ranked, order, input)
    },
  })
  return placesIn(graph, input)
}

function graphOf({ nodes, edges, frames, direction }: LayoutInput): DagreGraph {
  const graph = new DagreGraph({ directed: true, multigraph: true, compound: true })
  graph.setGraph({
    rankdir: direction === 'right' ? 'LR' : 'TB',
    // Each node in line with the first of those before it: so the way of the data is straight.
    align: 'UL',
    nodesep: gaps.nodes,
    edgesep: gaps.edges,
    ranksep: gaps.ranks,
    // The better way takes minutes where this one takes a second.
    ranker: nodes.length > 250 ? 'longest-path' : 'network-simplex',
  })
  for (const { id } of frames) graph.setNode(id, {})
  for (const { id, parent } of frames) if (parent !== undefined) graph.setParent(id, parent)
  for (const { id, width, height, frame } of nodes) {
    graph.setNode(id, { width, height })
    if (frame !== undefined) graph.setParent(id, frame)
  }
  for (const { id, from, to, width, height } of edges) {
    // What enters a frame starts before it, not beside what the frame holds.
    const minlen = isEntering(graph, from, to) ? 2 : 1
    graph.setEdge(from, to, { width, height, labelpos: 'c', minlen }, id)
  }
  return graph
}

function isEntering(graph: DagreGraph, from: string, to: string): boolean {
  const frame = graph.parent(to)
  if (frame === undefined) return false
  for (let around = graph.parent(from); around !== undefined; around = graph.parent(around)) {
    if (around === frame) return false
  }
  return true
}

function placesIn(graph: DagreGraph, { nodes, edges, frames }: LayoutInput): Places {
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number } // set by layout
  const boxOf = (id: string): readonly [string, Box] => [id, centred(graph.node(id))]
  const places = edges.map(({ id, from, to }): readonly [string, EdgePlace] => {
    const label = graph.edge(from, to, id)
    if (!label?.points) throw internalError('draw: the layout lost an edge', id)
    const isLabelled = (label.width ?? 0) > 0 && label.x !== undefined
    return [id, { points: label.points, label: isLabelled ? centred(label) : undefined }]
  })
  return {
    ...{ width, height },
    nodes: new Map(nodes.map(({ id }) => boxOf(id))),
    frames: new Map(frames.map(({ id }) => boxOf(id))),
    edges: new Map(places),
  }
}

/** Dagre gives centres. */
function centred(label: {
  readonly x?: number
  readonly y?: number
  readonly width?: number
  readonly height?: number
}): Box {
  const { x = 0, y = 0, width = 0, height = 0 } = label
  return { x: x - width / 2, y: y - height / 2, width, height }
}

function checkSize(count: number): void {
  if (count <= mostNodes) return
  throw new SluiceError({
    code: 'OPTION',
    what: 'draw: there is too much to draw',
    expected: `up to ${mostNodes} nodes, with layers, composites and equal blocks folded`,
    got: `${count} nodes`,
    fix: 'fold layers with { depth: 0 }, or draw a part: a value in the middle of the graph',
  })
}
