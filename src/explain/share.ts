/** The paths on which gradients come back, and how gradients are written. */
import type { EdgeGradient } from '../autodiff/backpropagate.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { TracedEdge } from '../ir/trace.ts'
import type { Value } from '../ir/value.ts'
import type { SymbolPart } from './formula.ts'
import type { Line } from './line.ts'
import { applicationAt, type Opened, type Quantity, type Scope } from './scope.ts'
import { gradientSymbol } from './symbols.ts'

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
  /** The last position that gets equations. Default: the end. */
  readonly until?: number
  /** Composites whose inside is explained too, by position. */
  readonly opened: ReadonlyMap<number, Opened>
}

/** A backward equation, the edge that it belongs to, and its left-hand side. */
export interface BackwardLine extends Line {
  readonly edge: EdgeGradient
  readonly symbol: SymbolPart
  /** Its number, where a trace holds it. */
  readonly product: Tensor | undefined
}

/** One path on which a gradient comes back: an edge, and the spreading that it undoes. */
export interface Share {
  readonly edge: EdgeGradient
  /** The position in the list of edges of the one that gives `product`: where the path begins. */
  readonly end: number
  readonly traced: TracedEdge | undefined
  readonly product: Tensor | undefined
  /** The slot of what the gradient is of. */
  readonly root: number
  /** The axes that the operand was spread over, where it was. */
  readonly axes: readonly number[]
  /** How many axes the gradient has before it is summed over those. */
  readonly rank: number
}

export interface BackwardContext extends BackwardOptions {
  readonly scope: Scope
  /** The shares of each value's gradient, by slot. */
  readonly shares: ReadonlyMap<number, readonly Share[]>
  /** The shares that come back through each application, by position. */
  readonly sharesAt: ReadonlyMap<number, readonly Share[]>
  /** The gradients that have been written, by slot. */
  readonly gradients: Map<number, SymbolPart>
}

/** How the whole gradient of a value is written. */
export function gradientOf(context: BackwardContext, slot: number): SymbolPart {
  const { scope, gradients } = context
  const root = scope.roots[slot] ?? slot
  const gradient = gradients.get(root) ?? newGradient(context, root)
  gradients.set(root, gradient)
  return gradient
}

function newGradient(context: BackwardContext, root: number): SymbolPart {
  const { scope, J, seeds, outer } = context
  const own = (scope.quantities[root] as Quantity).symbol // every slot has one
  if (isMetInside(context, root)) return gradientSymbol(J, own, 'in all')
  return outer?.get(root) ?? seeds.get(root) ?? gradientSymbol(J, own)
}

/** Whether an output of an open composite is also read inside it, so that two gradients meet. */
export function isMetInside({ seeds, shares }: BackwardContext, root: number): boolean {
  return seeds.get(root) !== undefined && shares.has(root)
}

/** Every edge that has an equation: what is folded or a second name has none of its own. */
export function sharesOf(scope: Scope, { edges, traced }: BackwardOptions): readonly Share[] {
  const { graph, treatments, roots } = scope
  const behind = new Map(edges.map((edge, index) => [edge.position, index]))
  return edges.flatMap((edge, index): Share[] => {
    const treatment = treatments[edge.position]
    if (treatment === 'alias' || treatment === 'folded') return []
    const own = { edge, traced: traced?.[index] }
    const value = applicationAt(scope, edge.position).input(edge.input)
    const rank = value.shape.length
    const position = graph.positionOf(value)
    if (treatments[position] !== 'folded') {
      const slot = graph.inputSlot(edge.position, edge.input)
      const product = own.traced?.downstream
      return [{ ...own, end: index, product, root: roots[slot] ?? slot, axes: [], rank }]
    }
    const next = behind.get(position)
    if (next === undefined) return []
    const source = graph.inputSlot(position, 0)
    const product = traced?.[next]?.downstream
    const root = roots[source] ?? source
    return [{ ...own, end: next, product, root, axes: spreadAxes(value), rank }]
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
