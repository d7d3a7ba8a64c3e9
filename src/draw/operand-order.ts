/** Puts the operands of a gate in their order, first operand first, where dagre has no reason not to. */
import type { Graph as DagreGraph } from '@dagrejs/dagre'
import type { LayoutInput } from './layout.ts'

/** What stands in a rank on its way to a node: one of its operands, or a bend of its edge. */
interface Place {
  readonly id: string
  readonly order: number
  readonly rank: number
  readonly parent: string
  readonly to: string
  readonly operand: number
  readonly isSource: boolean
}

/**
 * Orders the ranks by dagre, then turns neighbours that lead to one node into the order of its
 * operands. At most one of them comes from further back, so no lines cross that did not before.
 */
export function orderOperands(
  graph: DagreGraph,
  order: (graph: DagreGraph) => void,
  { edges }: LayoutInput,
): void {
  order(graph)
  const operands = new Map(edges.map(({ id }, index) => [id, index]))
  const reached = new Set(edges.map(({ to }) => to))
  const onlyEdge = new Map(edges.map((edge) => [edge.from, edge]))
  const uses = new Map<string, number>()
  for (const { from } of edges) uses.set(from, (uses.get(from) ?? 0) + 1)
  const groups = new Map<string, Place[]>()
  for (const id of graph.nodes()) {
    const node = graph.node(id)
    const own = uses.get(id) === 1 ? onlyEdge.get(id) : undefined
    const edge = own ?? edgeOf(node)
    if (!edge || node.order === undefined || node.rank === undefined) continue
    const parent = String(graph.parent(id) ?? '')
    const place: Place = {
      ...{ id, order: node.order, rank: node.rank, parent, to: edge.to },
      ...{ operand: operands.get(edge.id) ?? 0, isSource: !reached.has(edge.from) },
    }
    const key = `${place.rank} ${place.to} ${place.parent}`
    groups.set(key, [...(groups.get(key) ?? []), place])
  }
  for (const places of groups.values()) reorder(graph, places)
}

/** The edge that a bend of dagre's belongs to. */
function edgeOf(node: object): { id: string; from: string; to: string } | undefined {
  if (!('edgeObj' in node)) return undefined
  const { v, w, name } = node.edgeObj as { v: string; w: string; name: string } // what dagre keeps
  return { id: name, from: v, to: w }
}

function reorder(graph: DagreGraph, places: readonly Place[]): void {
  const slots = places.map(({ order }) => order).sort((a, b) => a - b)
  const isTogether = slots.every((slot, index) => slot === (slots[0] ?? 0) + index)
  if (!isTogether || places.filter(({ isSource }) => !isSource).length > 1) return
  const wanted = [...places].sort((a, b) => a.operand - b.operand)
  wanted.forEach(({ id }, index) => {
    graph.node(id).order = slots[index]
  })
}
