/** One backward equation: of an edge of the graph, or of a value whose gradients are added. */
import type { EdgeGradient } from '../autodiff/backpropagate.ts'
import { operandName } from '../ir/operands.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { TracedEdge } from '../ir/trace.ts'
import { type Chain, chainOf, sumOver } from './chain.ts'
import type { Numbers, Operand } from './equation.ts'
import { compose } from './fill.ts'
import type { Formula, Operator, SymbolPart } from './formula.ts'
import { isTransposed } from './formula-shape.ts'
import { type Line, lineOf, variableOf, type Written } from './line.ts'
import { added, transposed } from './numbers.ts'
import { textOf } from './plain-text.ts'
import { partOf } from './roles.ts'
import { isSubstitutable, substituted, write } from './rules.ts'
import { applicationAt, type Quantity, type QuantitySlots, slotsAt } from './scope.ts'
import { arrow, type Factor, factorsIn, shapesInPlace, shapesOfFactors } from './shape-text.ts'
import {
  type BackwardContext,
  type BackwardLine,
  gradientOf,
  isMetInside,
  type Share,
} from './share.ts'
import { gradientSymbol, numberSymbol } from './symbols.ts'

/** The equation of one edge: downstream = upstream × local, summed where the operand was spread. */
export function shareLine(context: BackwardContext, share: Share): BackwardLine {
  const { scope, digits, nextId } = context
  const { position, input } = share.edge
  const application = applicationAt(scope, position)
  const { gate } = application
  const { slots, chain, template } = rulesOf(context, share)
  const symbol = symbolOfShare(context, share)
  const { dtype } = application.input(input)
  const facts = {
    id: nextId(),
    phase: 'backward',
    gate: gate.name,
    role: gate.role,
    part: partOf(slots),
    of: scope.ids[position] ?? '',
    operand: operandName(gate, input),
    output: variableOf(symbol, dtype),
    upstreams: upstreamNames(context, share.edge),
  } as const
  const { traced, product } = share
  const isScalar = product?.shape.length === 0 && share.axes.length === 0
  const has = {
    local: chain.local !== undefined,
    substituted: isScalar && isSubstitutable(template, slots),
    numbers: traced !== undefined && product !== undefined,
  }
  const line = lineOf(facts, written, { has })
  return { ...line, edges: [share.end], edge: share.edge, symbol, product: traced && product }

  function written(): Written {
    // Made again, as most are never read and would only be kept.
    const again = rulesOf(context, share)
    const { local } = again.chain
    return {
      left: [symbol],
      right: write(again.template, again.slots),
      ...factorFacts(write(again.chain.template, again.slots), {
        slots: again.slots,
        symbol,
        dtype,
      }),
      ...(local && { local: textOf(write(local, again.slots)) }),
      ...(has.substituted && { substituted: substituted(again.template, again.slots, digits) }),
      ...(traced && product && { numbers: numbersOf(traced, product, again.chain) }),
    }
  }
}

interface Rules {
  readonly slots: QuantitySlots
  readonly chain: Chain
  /** The chain, with the sum over the axes that the operand was spread along. */
  readonly template: Formula
}

function rulesOf(context: BackwardContext, share: Share): Rules {
  const slots = slotsOfShare(context, share)
  const chain = chainOf(slots, share.edge.input, isFirst(context, share.edge))
  return { slots, chain, template: withSum(chain.template, share) }
}

/** The equation in which the gradients of all uses of a value are added. */
export function addLine(
  context: BackwardContext,
  root: number,
  lines: readonly BackwardLine[],
): Line {
  const symbol = gradientOf(context, root)
  const seed = isMetInside(context, root) ? context.seeds.get(root) : undefined
  const count = lines.length + (seed ? 1 : 0)
  const products = lines.flatMap(({ product }) => product ?? [])
  const isKnown = products.length === lines.length
  const own = (context.scope.quantities[root] as Quantity).symbol // every slot has one
  const dtype = own.dtype ?? 'f32'
  const facts = {
    id: context.nextId(),
    phase: 'backward',
    gate: 'add',
    role: 'adder',
    part: `add: adder — ${own.text} is used ${count} times, so its gradients are summed`,
    adds: lines.map(({ equation }) => equation.id),
    output: variableOf(symbol, dtype),
  } as const
  const line = lineOf(facts, written, { has: { numbers: isKnown } })
  return { ...line, edges: lines.flatMap(({ edges = [] }) => edges) }

  function written(): Written {
    const shares = [...(seed ? [seed] : []), ...lines.map((line) => line.symbol)]
    const right = shares.flatMap((share, index) => (index === 0 ? [share] : [plus, share]))
    const total = isKnown ? added(products) : undefined
    return {
      left: [symbol],
      right,
      operands: shares.map((share): Operand => ({ ...variableOf(share, dtype), kind: 'share' })),
      shapes: arrow(shapesInPlace(right) ?? '', [symbol.shape]),
      ...(total && { numbers: { value: total } }),
    }
  }
}

const plus: Operator = { kind: 'operator', latex: '+', text: '+', level: 'sum' }

const one: Formula = [numberSymbol(1)]

/** Whether dJ/dJ = 1 is what reaches the gate. */
function isFirst({ scope, seeds }: BackwardContext, edge: EdgeGradient): boolean {
  const first = scope.graph.firstSlot(edge.position)
  return edge.upstreams.some((upstream, index) => {
    const root = scope.roots[first + index] ?? -1
    return upstream !== undefined && seeds.has(root) && seeds.get(root) === undefined
  })
}

function slotsOfShare(context: BackwardContext, { edge, traced }: Share): QuantitySlots {
  const { scope } = context
  const first = scope.graph.firstSlot(edge.position)
  const isOne = isFirst(context, edge)
  // The list has holes where no gradient arrives, which map would keep.
  const upstreams = Array.from(edge.upstreams, (upstream, index) => {
    if (!upstream) return undefined
    const symbol = gradientOf(context, first + index)
    const value = traced?.upstreams[index]
    return { formula: isOne ? one : [symbol], shape: symbol.shape, value }
  })
  return slotsAt(scope, edge.position, upstreams)
}

/** The gradients that reach the gate, by name; the first is dJ/dJ. */
function upstreamNames(context: BackwardContext, edge: EdgeGradient): readonly string[] {
  const { scope, J } = context
  const first = scope.graph.firstSlot(edge.position)
  return edge.upstreams.flatMap((upstream, index) => {
    if (!upstream) return []
    return [
      isFirst(context, edge) ? gradientSymbol(J, J).text : gradientOf(context, first + index).text,
    ]
  })
}

/** dJ/dx, or dJ/dx (via F2) where other gates give x their share too. */
function symbolOfShare(context: BackwardContext, share: Share): SymbolPart {
  const { scope, shares, sharesAt, J } = context
  const others = shares.get(share.root) ?? []
  const isOnly = others.length < 2 && !isMetInside(context, share.root)
  if (isOnly) return gradientOf(context, share.root)
  const { position, input } = share.edge
  const isTwice =
    (sharesAt.get(position) ?? []).filter(({ root }) => root === share.root).length > 1
  const id = scope.ids[position] ?? ''
  const { gate } = applicationAt(scope, position)
  const of = (scope.quantities[share.root] as Quantity).symbol // every slot has one
  return gradientSymbol(J, of, isTwice ? `${id}, ${operandName(gate, input)}` : id)
}

/** A broadcast operand's gradient is summed over the axes that it was spread along. */
function withSum(template: Formula, { axes, rank }: Share): Formula {
  if (axes.length === 0) return template
  return compose([sumOver(axes, rank), { kind: 'slot', index: 0 }], [template])
}

interface FactorContext {
  readonly slots: QuantitySlots
  readonly symbol: SymbolPart
  readonly dtype: Operand['dtype']
}

/** The factors of the product as they stand in it, with their shapes. */
function factorFacts(
  product: Formula,
  { slots, symbol, dtype }: FactorContext,
): { readonly operands: readonly Operand[]; readonly shapes: string } {
  const isElementwise = slots.application.gate.meaning.kind === 'element'
  const { factors, signs } = factorsIn(product, isElementwise)
  const upstreams = slots.upstreams.flatMap((upstream) => upstream?.formula ?? [])
  const isUpstream = ({ text }: SymbolPart) =>
    upstreams.some((part) => part.kind === 'symbol' && part.text === text)
  const operands = factors.flatMap((factor): Operand[] => {
    const kind = factor.symbols.some(isUpstream) ? 'upstream' : 'local'
    if (factor.shape) return [operandOf(factor, factor.shape, { kind, dtype })]
    return factor.symbols.map((one) => ({
      ...variableOf(one, dtype),
      kind: isUpstream(one) ? 'upstream' : 'local',
    }))
  })
  return { operands, shapes: shapesOfFactors(factors, signs, symbol.shape) }
}

function operandOf(
  { name, latex, transposeOf }: Factor,
  shape: Operand['shape'],
  facts: Pick<Operand, 'kind' | 'dtype'>,
): Operand {
  return { name, latex, shape, ...facts, ...(transposeOf && { transposeOf }) }
}

function numbersOf(traced: TracedEdge, product: Tensor, { local }: Chain): Numbers {
  const upstreams = traced.upstreams.filter((upstream) => upstream !== undefined)
  const [only] = local ?? []
  const isTurned = local?.length === 1 && only?.kind === 'script' && isTransposed(only)
  const own = traced.local && (isTurned ? transposed(traced.local) : traced.local)
  return { value: product, upstreams, ...(own && { local: own }) }
}
