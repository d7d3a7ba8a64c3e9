/** Which layer of a picture made of characters each node stands in, and in which column. */
import type { Diagram, DiagramEdge, DiagramNode, NodeKind } from './diagram.ts'
import { columnsOf, type TextKind } from './terminal-line.ts'

/** A node in its box, or the place where a line passes a layer. */
export interface Item {
  /** Of the node; of a place the edge's. */
  readonly id: string
  readonly kind: NodeKind
  /** None where a line passes. */
  readonly lines: readonly string[]
  /** Of the box. */
  readonly width: number
  /** Columns that nothing else may use: the box, and what stands above it at its lines. */
  readonly room: number
  centre: number
}

/** A line from an item to one of the next layer. */
export interface Wire {
  readonly source: string
  readonly target: string
  readonly label: readonly { readonly text: string; readonly kind: TextKind }[]
  readonly isLast: boolean
  readonly from: number
  readonly to: number
}

/** A line before its columns are known. */
type Joint = Omit<Wire, 'from' | 'to'>

export interface Layers {
  readonly items: readonly (readonly Item[])[]
  /** The lines below each layer but the last. */
  readonly channels: readonly (readonly Wire[])[]
}

interface Writing {
  readonly linesOf: (node: DiagramNode) => readonly string[]
  readonly labelOf: (edge: DiagramEdge) => Wire['label']
}

const gap = 2

export function layersOfText({ nodes, edges }: Diagram, writing: Writing): Layers {
  const forward = edges.filter(({ phase }) => phase === 'forward')
  const depths = depthsOf(nodes, forward)
  const count = Math.max(...depths.values()) + 1
  const items: Item[][] = Array.from({ length: count }, () => [])
  const wires: Joint[][] = Array.from({ length: count }, () => [])
  for (const edge of forward) {
    const [start, end] = [depths.get(edge.from) ?? 0, depths.get(edge.to) ?? 0]
    for (let depth = start; depth < end; depth++) {
      const source = depth === start ? edge.from : `${edge.id} at ${depth}`
      const isLast = depth + 1 === end
      const target = isLast ? edge.to : `${edge.id} at ${depth + 1}`
      wires[depth]?.push({ source, target, isLast, label: isLast ? writing.labelOf(edge) : [] })
      if (!isLast) items[depth + 1]?.push(passing(target))
    }
  }
  for (const node of nodes) {
    const depth = depths.get(node.id) ?? 0
    items[depth]?.push(boxOf(node, writing.linesOf(node), wires[depth - 1] ?? []))
  }
  order(items, wires)
  return placed(items, wires)
}

/** As late as what reads it allows, so that what is given stands where it is used. */
function depthsOf(
  nodes: readonly DiagramNode[],
  edges: readonly DiagramEdge[],
): ReadonlyMap<string, number> {
  const depths = new Map<string, number>()
  for (const { id } of nodes) {
    const before = edges.filter(({ to }) => to === id).map(({ from }) => depths.get(from) ?? 0)
    depths.set(id, Math.max(-1, ...before) + 1)
  }
  for (const { id } of nodes.toReversed()) {
    const isGiven = edges.every(({ to }) => to !== id)
    const after = edges.filter(({ from }) => from === id).map(({ to }) => depths.get(to) ?? 0)
    if (isGiven && after.length > 0) depths.set(id, Math.min(...after) - 1)
  }
  return depths
}

function passing(id: string): Item {
  return { id, kind: 'constant', lines: [], width: 1, room: 1, centre: 0 }
}

function boxOf({ id, kind }: DiagramNode, lines: readonly string[], wires: readonly Joint[]): Item {
  const own = wires.filter(({ target }) => target === id)
  const text = Math.max(3, ...lines.map(columnsOf))
  // An odd width has a middle.
  const width = Math.max(text + 4, spanOf(own) + 4) | 1
  const above = own.reduce((sum, wire) => sum + roomOf(wire), 0)
  return { id, kind, lines, width, room: Math.max(width, 2 * above), centre: 0 }
}

/** Columns from the first line that ends at a box to the last. */
function spanOf(wires: readonly Pick<Wire, 'label'>[]): number {
  return wires.slice(0, -1).reduce((sum, wire) => sum + roomOf(wire), 0)
}

/** The column of a line and those of its label. */
function roomOf({ label }: Pick<Wire, 'label'>): number {
  return 3 + Math.max(0, ...label.map(({ text }) => columnsOf(text) + 1))
}

/** Neighbours next to neighbours: each item at the mean place of those that it is joined to. */
function order(items: readonly Item[][], wires: readonly Joint[][]): void {
  const sweep = (depth: number, beside: number, joined: readonly Joint[]) => {
    const places = new Map(items[beside]?.map(({ id }, index) => [id, index]))
    const means = new Map(
      items[depth]?.map(({ id }, index) => {
        const others = joined.flatMap(({ source, target }) =>
          source === id
            ? [places.get(target) ?? 0]
            : target === id
              ? [places.get(source) ?? 0]
              : [],
        )
        const sum = others.reduce((total, place) => total + place, 0)
        return [id, others.length === 0 ? index : sum / others.length]
      }),
    )
    items[depth]?.sort((a, b) => (means.get(a.id) ?? 0) - (means.get(b.id) ?? 0))
  }
  for (let round = 0; round < 4; round++) {
    for (let depth = 1; depth < items.length; depth++) {
      sweep(depth, depth - 1, wires[depth - 1] ?? [])
    }
    for (let depth = items.length - 2; depth >= 0; depth--) {
      sweep(depth, depth + 1, wires[depth] ?? [])
    }
  }
}

function placed(items: readonly Item[][], wires: readonly Joint[][]): Layers {
  for (const layer of items)
    settle(
      layer,
      layer.map(() => 0),
    )
  for (let round = 0; round < 3; round++) {
    for (let depth = items.length - 2; depth >= 0; depth--) align(items, wires, depth, 'below')
    for (let depth = 1; depth < items.length; depth++) align(items, wires, depth, 'above')
  }
  const channels = wires.slice(0, -1).map((own, depth) => channelOf(own, items, depth))
  return { items, channels }
}

/** Moves the items of a layer towards the middle of what they are joined to. */
function align(
  items: readonly Item[][],
  wires: readonly Joint[][],
  depth: number,
  side: 'above' | 'below',
): void {
  const layer = items[depth] ?? []
  const centres = new Map(items.flat().map(({ id, centre }) => [id, centre]))
  const joined = wires[side === 'above' ? depth - 1 : depth] ?? []
  const read = new Set(wires.flat().map(({ target }) => target))
  const given = new Set([...centres.keys()].filter((id) => !read.has(id)))
  const wanted = layer.map(({ id, centre }) => {
    const all = joined.flatMap(({ source, target }) =>
      side === 'above' ? (target === id ? [source] : []) : source === id ? [target] : [],
    )
    // What is given stands beside: the way of the values themselves is straight.
    const flowing = all.filter((other) => !given.has(other))
    const others = side === 'above' && flowing.length > 0 ? flowing : all
    const sum = others.reduce((total, other) => total + (centres.get(other) ?? 0), 0)
    return others.length === 0 ? centre : Math.round(sum / others.length)
  })
  settle(layer, wanted)
}

/** At the wanted centres, or as near to them as those before allow. */
function settle(layer: readonly Item[], wanted: readonly number[]): void {
  let free = -Infinity
  layer.forEach((item, index) => {
    const half = Math.floor(item.room / 2)
    item.centre = Math.max(wanted[index] ?? 0, free + half)
    free = item.centre + Math.ceil(item.room / 2) + gap
  })
}

/** Lines end beside each other at the top of their box, in the order that they come from. */
function channelOf(
  wires: readonly Joint[],
  layers: Layers['items'],
  depth: number,
): readonly Wire[] {
  const above = new Map(layers[depth]?.map(({ id, centre }) => [id, centre]))
  const from = ({ source }: Joint) => above.get(source) ?? 0
  const below = layers[depth + 1] ?? []
  return below.flatMap((item) => {
    const own = wires
      .filter(({ target }) => target === item.id)
      .toSorted((a, b) => from(a) - from(b))
    const first = item.centre - Math.floor(spanOf(own) / 2)
    let to = first
    const ports = own.map((wire) => {
      const port = { ...wire, from: from(wire), to }
      to += roomOf(wire)
      return port
    })
    const shift = straightening(ports, Math.floor((item.width - 3 - spanOf(own)) / 2))
    return ports.map((port) => ({ ...port, to: port.to + shift }))
  })
}

/** By how much to move the ends of lines so that one of them runs straight down, if any can. */
function straightening(ports: readonly Wire[], most: number): number {
  const shifts = ports
    .map((port) => port.from - port.to)
    .filter((shift) => Math.abs(shift) <= most)
    .toSorted((a, b) => Math.abs(a) - Math.abs(b))
  return shifts[0] ?? 0
}
