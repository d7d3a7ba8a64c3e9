/** The backward equations B1, B2 …, in the order of the walk back. */
import type { EdgeGradient } from '../autodiff/backpropagate.ts'
import { operandName } from '../ir/operands.ts'
import { sameShape } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { TracedEdge } from '../ir/trace.ts'
import type { Value } from '../ir/value.ts'
import { type Chain, chainOf, type ChainSlots, sumOver } from './chain.ts'
import type { Numbers, Operand } from './equation.ts'
import { compose } from './fill.ts'
import type { Formula, SymbolPart } from './formula.ts'
import { type Line, slotsAt, variableOf } from './forward.ts'
import { added, swapped } from './numbers.ts'
import { textOf } from './plain-text.ts'
import { partOf, roleSentences } from './roles.ts'
import { substituted, write } from './rules.ts'
import { operandAt, outputsAt, type Quantity, type Scope } from './scope.ts'
import { arrow, factorsIn, shapesOfFactors } from './shape-text.ts'
import { gradientSymbol, numberSymbol } from './symbols.ts'
import { latexOf } from './write-latex.ts'

export interface BackwardOptions {
  readonly edges: readonly EdgeGradient[]
  readonly traced: readonly TracedEdge[] | undefined
  readonly J: SymbolPart
  /** What reaches the outputs of the graph, by slot; undefined stands for dJ/dJ = 1. */
  readonly seeds: ReadonlyMap<number, SymbolPart | undefined>
  /** How the gradients of values are written that belong to an outer graph, by slot. */
  readonly outer?: ReadonlyMap<number, SymbolPart>
  readonly nextId: () => string
  readonly digits: number
  /** Equations that open a composite, put in after its own. */
  readonly opened?: (position: number, lines: readonly BackwardLine[]) => readonly Line[]
}

/** A backward equation, and the input of the application that it belongs to. */
export interface BackwardLine extends Line {
  readonly input: number
  readonly symbol: SymbolPart
}

/** One path on which a gradient comes back: an edge, and the spreading that it undoes. */
interface Share {
  readonly edge: EdgeGradient
  readonly traced: TracedEdge | undefined
  readonly product: Tensor | undefined
  /** The slot of what the gradient is of. */
  readonly root: number
  /** The axes that the operand was spread over, where it was. */
  readonly axes: readonly number[]
}

interface Writer extends BackwardOptions {
  readonly scope: Scope
  readonly shares: ReadonlyMap<number, readonly Share[]>
}

export function backwardLines(scope: Scope, options: BackwardOptions): readonly Line[] {
  const list = sharesOf(scope, options)
  const shares = new Map<number, Share[]>()
  for (const share of list) shares.set(share.root, [...(shares.get(share.root) ?? []), share])
  const writer: Writer = { ...options, scope, shares }
  const lines: Line[] = []
  const written = new Map<number, BackwardLine[]>()
  let ofGate: BackwardLine[] = []
  list.forEach((share, index) => {
    const line = shareLine(writer, share)
    lines.push(line)
    ofGate.push(line)
    const ofRoot = [...(written.get(share.root) ?? []), line]
    written.set(share.root, ofRoot)
    const all = shares.get(share.root)?.length ?? 0
    if (ofRoot.length === all && all > 1) lines.push(addLine(writer, share.root, ofRoot))
    const { position } = share.edge
    if (list[index + 1]?.edge.position === position) return
    lines.push(...(options.opened?.(position, ofGate) ?? []))
    ofGate = []
  })
  return lines
}

/** How the whole gradient of a value is written. */
export function gradientOf(
  { scope, J, seeds, outer }: Pick<Writer, 'scope' | 'J' | 'seeds' | 'outer'>,
  slot: number,
): SymbolPart {
  const root = scope.roots[slot] ?? slot
  const symbol = outer?.get(root) ?? seeds.get(root)
  return symbol ?? gradientSymbol(J, (scope.quantities[root] as Quantity).symbol)
}

/** Every edge that has an equation: what is folded or a second name has none of its own. */
function sharesOf(scope: Scope, { edges, traced }: BackwardOptions): readonly Share[] {
  const { graph, treatments, roots } = scope
  const behind = new Map(edges.map((edge, index) => [edge.position, index]))
  return edges.flatMap((edge, index): Share[] => {
    const treatment = treatments[edge.position]
    if (treatment === 'alias' || treatment === 'folded') return []
    const own = { edge, traced: traced?.[index] }
    const slot = graph.inputSlot(edge.position, edge.input)
    const value = (graph.applications[edge.position] as Value).input(edge.input)
    const position = graph.positionOf(value)
    if (treatments[position] !== 'folded') {
      return [{ ...own, product: own.traced?.downstream, root: roots[slot] ?? slot, axes: [] }]
    }
    const next = behind.get(position)
    if (next === undefined) return []
    const source = graph.inputSlot(position, 0)
    const product = traced?.[next]?.downstream
    return [{ ...own, product, root: roots[source] ?? source, axes: spreadAxes(value) }]
  })
}

/** The axes that a broadcast copies its operand along. */
function spreadAxes(spread: Value): readonly number[] {
  const from = spread.input(0).shape
  const missing = spread.shape.length - from.length
  return spread.shape.flatMap((size, axis) =>
    axis < missing || (from[axis - missing] === 1 && size !== 1) ? [axis] : [],
  )
}

function shareLine(writer: Writer, share: Share): BackwardLine {
  const { scope, shares, digits } = writer
  const { position, input } = share.edge
  const application = scope.graph.applications[position] as Value // an edge's own position
  const { gate } = application
  const slots = upstreamSlots(writer, share)
  const isFirst = slots.upstreams.some((upstream) => upstream?.formula === firstFormula)
  const chain = chainOf(slots, input, isFirst)
  const template = withSum(chain.template, share.axes)
  const right = write(template, slots)
  const isShared = (shares.get(share.root)?.length ?? 0) > 1
  const symbol = isShared
    ? gradientSymbol(writer.J, symbolAt(scope, share.root), viaOf(writer, share))
    : gradientOf(writer, share.root)
  const inNumbers = share.axes.length === 0 ? substituted(template, slots, digits) : undefined
  const numbers = numbersOf(share, chain)
  const local = chain.local && textOf(write(chain.local, slots))
  return {
    input,
    symbol,
    left: latexOf([symbol]),
    right: latexOf(right),
    equation: {
      id: writer.nextId(),
      phase: 'backward',
      gate: gate.name,
      role: gate.role,
      part: partOf(gate),
      of: scope.ids[position] ?? '',
      operand: operandName(gate, input),
      output: variableOf(symbol, application.input(input).dtype),
      ...factorsOfShare(write(chain.template, slots), share, { slots, symbol, application }),
      text: `${textOf([symbol])} = ${textOf(right)}`,
      latex: `${latexOf([symbol])} = ${latexOf(right)}`,
      ...(local !== undefined && { local }),
      ...(inNumbers !== undefined && numbers?.value.shape.length === 0 && { substituted: inNumbers }),
      ...(numbers && { numbers }),
    },
  }
}

const firstFormula: Formula = [numberSymbol(1)]

function upstreamSlots(writer: Writer, { edge, traced }: Share): ChainSlots {
  const { scope, seeds } = writer
  const { graph, roots } = scope
  const upstreams = edge.upstreams.map((upstream, index) => {
    if (!upstream) return undefined
    const slot = graph.firstSlot(edge.position) + index
    const root = roots[slot] ?? slot
    const value = traced?.upstreams[index]
    if (seeds.has(root) && seeds.get(root) === undefined) {
      return { formula: firstFormula, shape: upstream.shape, value }
    }
    const symbol = gradientOf(writer, slot)
    return { formula: [symbol], shape: symbol.shape, value }
  })
  const operands = edge.position
  return {
    ...slotsAt(scope, operands, upstreams),
    operands: slotsAt(scope, edge.position).application.inputs.map((_, input) =>
      operandAt(scope, edge.position, input),
    ),
    outputs: outputsAt(scope, edge.position),
  }
}
