/** The diagram of a network: what is seen of it, and what is written where. */
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import { type Container, containedIn } from './containers.ts'
import { describe } from './describe.ts'
import type { Diagram, DiagramEdge, DiagramFrame, DiagramNode } from './diagram.ts'
import { type Folded, fold, type Link, type Piece } from './fold.ts'
import { labelOfGroup } from './group-label.ts'
import { type Flow, type Network, together } from './network.ts'
import { numberText } from './number-text.ts'
import type { DrawOptions } from './options.ts'
import { foldRepeats } from './repeats.ts'

/** What the network looks like. */
export function diagramOf(network: Network, options: DrawOptions): Diagram {
  const contained = containedIn(network, { depth: options.depth, open: options.open ?? [] })
  const whole = fold(contained)
  return diagramOfFolded(network, options.repeats === false ? whole : foldRepeats(whole), options)
}

export interface SketchOptions extends DrawOptions {
  /**
   * Whether things are called after what they stand for (`F3`, `layer 0.1`, `given W1`), so that
   * each keeps its id however the network is folded. By default they are numbered.
   */
  readonly hasLastingIds?: boolean
}

/** What a network looks like that is folded in some way. */
export function diagramOfFolded(network: Network, folded: Folded, options: SketchOptions): Diagram {
  const sketch = new Sketch(network, options)
  sketch.add(folded)
  const { nodes, edges, frames } = sketch
  const ends = folded.ends.map(({ flow }) => flow.name)
  const subject = network.J ?? (ends.length > 3 ? `${ends.length} values` : ends.join(', '))
  const notes = [...network.notes, ...(options.updates === true ? sketch.updatesLeft() : [])]
  return describe({ nodes, edges, frames, notes }, subject)
}

/** Nodes and edges as they are found. */
class Sketch {
  readonly nodes: DiagramNode[] = []
  readonly edges: DiagramEdge[] = []
  readonly frames: DiagramFrame[] = []
  readonly #network: Network
  readonly #options: SketchOptions
  /** Ids of the diagram by those of pieces, values that are given, and containers. */
  readonly #ids = new Map<string, string>()
  /** Values whose numbers stand at an edge already. */
  readonly #shown = new Set<string>()

  constructor(network: Network, options: SketchOptions) {
    this.#network = network
    this.#options = options
  }

  add({ pieces, links, ends }: Folded): void {
    const incoming = groupedBy(links, ({ to }) => to)
    const given = groupedBy(
      links.filter(({ from }) => from === undefined),
      ({ flow }) => flow.name,
    )
    const byId = new Map(pieces.map((piece) => [piece.id, piece]))
    for (const piece of pieces) {
      const reads = incoming.get(piece.id) ?? []
      for (const { flow, from } of reads) {
        if (from !== undefined || this.#ids.has(`given ${flow.name}`)) continue
        const readers = given.get(flow.name)?.flatMap(({ to }) => byId.get(to) ?? []) ?? []
        this.#source(flow, readers)
      }
      this.#piece(piece, { reads, links, ends })
      reads.forEach((link, index) => {
        this.#edge(link, `${link.flow.name} → ${piece.id} ${index}`)
      })
    }
    for (const { flow, from } of ends) this.#end(flow, from)
  }

  #source(flow: Flow, readers: readonly Piece[]): void {
    const id = this.#nodeId(`given ${flow.name}`)
    // What comes from outside stands outside, whoever reads it.
    const frame = flow.kind === 'input' ? undefined : this.#frame(commonFrames(readers))
    const kind = flow.kind === 'constant' ? 'constant' : 'variable'
    const variable = flow.kind === 'constant' || flow.kind === 'result' ? undefined : flow.kind
    this.nodes.push({
      ...{ id, kind, label: flow.name, shape: flow.shape },
      ...(variable && { variable }),
      ...(flow.key !== undefined && flow.key !== flow.name && { hint: `state ${flow.key}` }),
      ...(frame !== undefined && { frame }),
    })
    if (this.#options.updates === true) this.#update(flow, id, frame)
  }

  /** Of states that only updates read, such as an optimizer's moments, there is no node. */
  updatesLeft(): readonly string[] {
    const left = [...this.#network.updates.keys()].filter(
      (name) => !this.#ids.has(`update ${name}`),
    )
    if (left.length === 0) return []
    const names = left.length > 4 ? `${left.slice(0, 4).join(', ')}, …` : left.join(', ')
    return [
      `Not shown: what becomes of ${names}, which only the updates read or folded layers hold.`,
    ]
  }

  #update(flow: Flow, variable: string, frame: string | undefined): void {
    const equation = this.#network.updates.get(flow.name)
    if (!equation) return
    const id = this.#nodeId(`update ${flow.name}`)
    this.nodes.push({
      ...{ id, kind: 'update', label: shortened(equation.text), equation: equation.id },
      ...{ hint: `${equation.id}: ${equation.text}` },
      ...(frame !== undefined && { frame }),
    })
    this.edges.push({
      id: this.#edgeId(`${id} → ${variable}`),
      from: id,
      to: variable,
      phase: 'update',
    })
  }

  #piece(
    piece: Piece,
    { reads, links, ends }: { readonly reads: readonly Link[] } & Pick<Folded, 'links' | 'ends'>,
  ): void {
    const id = this.#nodeId(piece.id)
    const frame = this.#frame(piece.frames)
    const [operation] = piece.operations
    const within = frame === undefined ? {} : { frame }
    if (operation && !piece.container && !piece.repeat) {
      const { label, gate, role, hint } = operation
      this.nodes.push({
        ...{ id, kind: 'operation', label, gate, hint, equation: operation.id },
        ...(role && { role }),
        ...within,
      })
      return
    }
    const leaving = [...links, ...ends].find(({ from }) => from === piece.id)?.flow
    const entering = reads.find(({ flow }) => flow.kind === 'result' || flow.kind === 'input')?.flow
    const count = piece.operations.length
    const times = piece.repeat?.times ?? piece.container?.times
    this.nodes.push({
      ...{ id, kind: 'group', label: labelOfGroup(piece) },
      ...{ detail: interfaceOf(entering?.shape, leaving?.shape) ?? `${count} gates` },
      hint: `${count === 1 ? '1 gate' : `${count} gates`}: ${gatesOf(piece)}`,
      ...(times !== undefined && { times }),
      ...within,
    })
  }

  #edge({ flow, from, to, returned }: Link, of: string): void {
    const isGiven = from === undefined
    const start = this.#ids.get(isGiven ? `given ${flow.name}` : from)
    const end = this.#ids.get(to)
    if (start === undefined || end === undefined) return
    const gradient = together(returned)
    this.edges.push({
      ...{ id: this.#edgeId(of), from: start, to: end, phase: 'forward' },
      ...this.#forward(flow, !isGiven),
      ...(gradient && this.#backward(gradient.name, gradient.value)),
    })
  }

  /** The box of a value that nothing reads, such as J. */
  #end(flow: Flow, from: string): void {
    const start = this.#ids.get(from)
    if (start === undefined) return
    const id = this.#nodeId(`end ${flow.name}`)
    const label = [flow.name, ...flow.aliases].join(' = ')
    this.nodes.push({ id, kind: 'variable', label, variable: 'output', shape: flow.shape })
    const gradientName = `d${flow.name}/d${flow.name}`
    const isJ = this.#network.J === flow.name
    this.edges.push({
      ...{ id: this.#edgeId(`${start} → ${id}`), from: start, to: id, phase: 'forward' },
      ...this.#forward(flow, false),
      ...(isJ && this.#one(gradientName)),
    })
  }

  /** What stands above an edge. Of a value with several readers, only the first shows it. */
  #forward(flow: Flow, isNamed: boolean): Partial<DiagramEdge> {
    const isShown = this.#shown.has(flow.name)
    this.#shown.add(flow.name)
    const { precision = 3 } = this.#options
    return {
      shape: flow.shape,
      ...(isNamed && { name: [flow.name, ...flow.aliases].join(' = ') }),
      ...(flow.value && !isShown && { value: numberText(flow.value, precision) }),
    }
  }

  #backward(name: string, value: Flow['value']): Partial<DiagramEdge> {
    const { values, gradients = values !== undefined, precision = 3 } = this.#options
    if (!gradients) return {}
    return { gradientName: name, ...(value && { gradient: numberText(value, precision) }) }
  }

  #one(name: string): Partial<DiagramEdge> {
    const { values, gradients = values !== undefined } = this.#options
    if (!gradients) return {}
    return { gradientName: name, gradient: { text: '1', cells: [['1']] } }
  }

  /** The frame of the innermost container, made with those around it where they are new. */
  #frame(containers: readonly Container[]): string | undefined {
    let parent: string | undefined
    for (const { id, label: name, kind, times } of containers) {
      const label = times === undefined ? name : `${name} ×${times}`
      const known = this.#ids.get(`frame ${id}`)
      const own = known ?? (this.#options.hasLastingIds ? id : `g${this.frames.length}`)
      if (known === undefined) {
        this.#ids.set(`frame ${id}`, own)
        this.frames.push({ id: own, label, kind, ...(parent !== undefined && { parent }) })
      }
      parent = own
    }
    return parent
  }

  #nodeId(of: string): string {
    const id = this.#options.hasLastingIds === true ? of : `n${this.nodes.length}`
    this.#ids.set(of, id)
    return id
  }

  /** `of` is what no other edge of the same picture has in common. */
  #edgeId(of: string): string {
    return this.#options.hasLastingIds === true ? of : `e${this.edges.length}`
  }
}

/** The containers that are around all of some pieces. */
function commonFrames(pieces: readonly Piece[]): readonly Container[] {
  const [first, ...rest] = pieces
  return (first?.frames ?? []).filter((frame) => rest.every(({ frames }) => frames.includes(frame)))
}

/** `[8, 64] → [8, 32]`, or the one shape where both are the same. */
function interfaceOf(from: Shape | undefined, to: Shape | undefined): string | undefined {
  if (!from || !to) return undefined
  return sameShape(from, to) ? formatShape(to) : `${formatShape(from)} → ${formatShape(to)}`
}

function gatesOf({ operations }: Piece): string {
  const names = [...new Set(operations.map(({ gate }) => gate))]
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} …` : names.join(', ')
}

/** Updates of Adam fill lines; a box holds so much. */
function shortened(text: string): string {
  return text.length > 48 ? `${text.slice(0, 47)}…` : text
}

function groupedBy<T>(list: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of list) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
