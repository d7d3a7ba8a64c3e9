/** Folds a network into the nodes that are seen, and the edges between them. */
import type { Contained, Container } from './containers.ts'
import type { Flow, Operation, Returned } from './network.ts'

/** An operation, or all that a closed layer or composite holds. */
export interface Piece {
  readonly id: string
  readonly operations: readonly Operation[]
  /** The closed container that it stands for; absent on a single operation. */
  readonly container: Container | undefined
  /** The open containers around it, the outermost first. */
  readonly frames: readonly Container[]
  /** The equal blocks in a row that it stands for, where it does. */
  readonly repeat?: Repeat
}

export interface Repeat {
  readonly times: number
  /** The pieces of the first of them. */
  readonly unit: readonly Piece[]
}

/** A value on its way to a piece. */
export interface Link {
  readonly flow: Flow
  readonly from: string | undefined
  readonly to: string
  readonly returned: readonly Returned[]
}

export interface Folded {
  /** In topological order. */
  readonly pieces: readonly Piece[]
  readonly links: readonly Link[]
  /** Values that nothing reads. */
  readonly ends: readonly { readonly flow: Flow; readonly from: string }[]
}

export function fold(contained: readonly Contained[]): Folded {
  // Closed layers around what is apart could run in circles with each other: then they are opened.
  for (;;) {
    const pieces = piecesOf(contained)
    const links = linksBetween(pieces)
    const order = sorted(pieces, links)
    if (order.length === pieces.length) return { pieces: order, links, ends: endsOf(pieces) }
    const done = new Set(order)
    for (const piece of pieces) {
      if (piece.container && !done.has(piece)) piece.container.isOpen = true
    }
  }
}

function piecesOf(contained: readonly Contained[]): readonly Piece[] {
  const pieces = new Map<string, Piece & { readonly operations: Operation[] }>()
  for (const { operation, around } of contained) {
    const at = around.findIndex(({ isOpen }) => !isOpen)
    const container = at < 0 ? undefined : around[at]
    const id = container?.id ?? operation.id
    const known = pieces.get(id)
    if (known) known.operations.push(operation)
    else {
      const frames = at < 0 ? around : around.slice(0, at)
      pieces.set(id, { id, operations: [operation], container, frames })
    }
  }
  // A closed composite is its one gate, not what an explanation says of its inside.
  return [...pieces.values()].map((piece) => {
    const composite = piece.container?.operation
    return composite ? { ...piece, operations: [composite], container: undefined } : piece
  })
}

function linksBetween(pieces: readonly Piece[]): readonly Link[] {
  const makers = makersOf(pieces)
  const readers = readersOf(pieces)
  const links: Link[] = []
  for (const { id, operations, container, frames } of pieces) {
    const own = new Map<string, Link & { readonly returned: Returned[] }>()
    for (const { inputs } of operations) {
      inputs.forEach(({ flow, gradient }, index) => {
        const from = makers.get(flow.name)
        // What a closed layer alone owns is inside it.
        const isOwn = container && flow.key !== undefined && readers.get(flow.name)?.size === 1
        if (from === id || isOwn) return
        // A gate that reads a value twice has two edges; a closed layer has one for each value.
        const key = container ? flow.name : `${flow.name} ${index}`
        const outer = gradient?.value ? gradient : (fromAround(frames, flow, pieces) ?? gradient)
        const known = own.get(key)
        if (known && outer) known.returned.push(outer)
        if (!known) own.set(key, { flow, from, to: id, returned: outer ? [outer] : [] })
      })
    }
    links.push(...own.values())
  }
  return links
}

/** Inside an open composite a trace has no gradients, but what leaves it by one gate is known. */
function fromAround(
  frames: readonly Container[],
  flow: Flow,
  pieces: readonly Piece[],
): Returned | undefined {
  const composite = frames.findLast(({ operation }) => operation)
  const outer = composite?.operation?.inputs.find((input) => input.flow === flow)
  if (!composite || !outer) return undefined
  const reads = pieces
    .filter((piece) => piece.frames.includes(composite))
    .flatMap(({ operations }) => operations.flatMap(({ inputs }) => inputs))
    .filter((input) => input.flow === flow)
  return reads.length === 1 ? outer.gradient : undefined
}

/** The pieces that read each state. */
function readersOf(pieces: readonly Piece[]): ReadonlyMap<string, ReadonlySet<string>> {
  const readers = new Map<string, Set<string>>()
  for (const { id, operations } of pieces) {
    for (const { inputs } of operations) {
      for (const { flow } of inputs) {
        if (flow.key === undefined) continue
        const known = readers.get(flow.name)
        if (known) known.add(id)
        else readers.set(flow.name, new Set([id]))
      }
    }
  }
  return readers
}

function makersOf(pieces: readonly Piece[]): ReadonlyMap<string, string> {
  const makers = new Map<string, string>()
  for (const { id, operations } of pieces) {
    for (const { outputs } of operations) for (const { name } of outputs) makers.set(name, id)
  }
  return makers
}

function endsOf(pieces: readonly Piece[]): Folded['ends'] {
  const read = new Set<string>()
  for (const { operations } of pieces) {
    for (const { inputs } of operations) for (const { flow } of inputs) read.add(flow.name)
  }
  return pieces.flatMap(({ id, operations }) =>
    operations.flatMap(({ outputs }) =>
      outputs.filter(({ name }) => !read.has(name)).map((flow) => ({ flow, from: id })),
    ),
  )
}

/** Each piece after those whose values it reads; pieces that run in a circle are left out. */
function sorted(pieces: readonly Piece[], links: readonly Link[]): readonly Piece[] {
  const waits = new Map(pieces.map(({ id }) => [id, 0]))
  const readers = new Map<string, string[]>()
  for (const { from, to } of links) {
    if (from === undefined) continue
    waits.set(to, (waits.get(to) ?? 0) + 1)
    const known = readers.get(from)
    if (known) known.push(to)
    else readers.set(from, [to])
  }
  const byId = new Map(pieces.map((piece) => [piece.id, piece]))
  const ready = pieces.filter(({ id }) => waits.get(id) === 0)
  const order: Piece[] = []
  for (let index = 0; index < ready.length; index++) {
    const piece = ready[index]
    if (!piece) break
    order.push(piece)
    for (const reader of readers.get(piece.id) ?? []) {
      const left = (waits.get(reader) ?? 0) - 1
      waits.set(reader, left)
      const next = byId.get(reader)
      if (left === 0 && next) ready.push(next)
    }
  }
  return order
}
