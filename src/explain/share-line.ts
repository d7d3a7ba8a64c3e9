/** One backward equation: of an edge of the graph, or of a value whose gradients are added. */
import type { EdgeGradient } from '../autodiff/backpropagate.ts'
import { operandName } from '../ir/operands.ts'
import { type Chain, chainOf, sumOver } from './chain.ts'
import type { Numbers, Operand } from './equation.ts'
import { compose } from './fill.ts'
import type { Formula, Operator, SymbolPart } from './formula.ts'
import { isTransposed } from './formula-shape.ts'
import { type Line, lineOf, variableOf } from './line.ts'
import { added, transposed } from './numbers.ts'
import { textOf } from './plain-text.ts'
import { partOf } from './roles.ts'
import { substituted, write } from './rules.ts'
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
  const slots = slotsOfShare(context, share)
  const chain = chainOf(slots, input, isFirst(context, share.edge))
  const template = withSum(chain.template, share)
  const symbol = symbolOfShare(context, share)
  const numbers = numbersOf(share, chain)
  const inNumbers = share.axes.length === 0 ? substituted(template, slots, digits) : undefined
  const { dtype } = application.input(input)
  const line = lineOf([symbol], write(template, slots), {
    id: nextId(),
    phase: 'backward',
    gate: gate.name,
    role: gate.role,
    part: partOf(slots),
    of: scope.ids[position] ?? '',
    operand: operandName(gate, input),
    output: variableOf(symbol, dtype),
    ...factorFacts(write(chain.template, slots), { slots, symbol, dtype }),
    upstreams: upstreamNames(context, share.edge),
    ...(chain.local && { local: textOf(write(chain.local, slots)) }),
    ...(inNumbers !== undefined && numbers?.value.shape.length === 0 && { substituted: inNumbers }),
    ...(numbers && { numbers }),
  })
  return { ...line, edge: share.edge, symbol }
}

/** The equation in which the gradients of all uses of a value are added. */
export function addLine(
  context: BackwardContext,
  root: number,
  lines: readonly BackwardLine[],
): Line {
  const symbol = gradientOf(context, root)
  const seed = isMetInside(context, root) ? context.seeds.get(root) : undefined
  const shares = [...(seed ? [seed] : []), ...lines.map((line) => line.symbol)]
  const right = shares.flatMap((share, index) => (index === 0 ? [share] : [plus, share]))
  const products = lines.flatMap(({ equation }) => equation.numbers?.value ?? [])
  const total = products.length === lines.length ? added(products) : undefined
  const own = (context.scope.quantities[root] as Quantity).symbol // every slot has one
  const dtype = own.dtype ?? 'f32'
  return lineOf([symbol], right, {
    id: context.nextId(),
    phase: 'backward',
    gate: 'add',
    role: 'adder',
    part: `add: adder — ${own.text} is used ${shares.length} times, so its gradients are summed`,
    adds: lines.map(({ equation }) => equation.id),
    output: variableOf(symbol, dtype),
    operands: shares.map((share): Operand => ({ ...variableOf(share, dtype), kind: 'share' })),
    shapes: arrow(shapesInPlace(right) ?? '', [symbol.shape]),
    ...(total && { numbers: { value: total } }),
  })
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
  const { scope, shares, J } = context
  const others = shares.get(share.root) ?? []
  const isOnly = others.length < 2 && !isMetInside(context, share.root)
  if (isOnly) return gradientOf(context, share.root)
  const { position, input } = share.edge
  const isTwice = others.filter(({ edge }) => edge.position === position).length > 1
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

function numbersOf({ traced, product }: Share, { local }: Chain): Numbers | undefined {
  if (!traced || !product) return undefined
  const upstreams = traced.upstreams.filter((upstream) => upstream !== undefined)
  const [only] = local ?? []
  const isTurned = local?.length === 1 && only?.kind === 'script' && isTransposed(only)
  const own = traced.local && (isTurned ? transposed(traced.local) : traced.local)
  return { value: product, upstreams, ...(own && { local: own }) }
}
