/**
 * Formulas as trees: what stands in an equation, from which LaTeX, plain text and shapes follow.
 * A rule of a gate gives a template with slots, which `fill` of fill.ts puts symbols into.
 */
import type { DType } from '../ir/dtype.ts'
import type { Shape } from '../ir/shape.ts'

/** Parts side by side, with the operators between them. */
export type Formula = readonly Part[]

export type Part = SymbolPart | Operator | Words | Group | Fraction | Root | Script | Slot

/** A name, a number, a letter or a gradient. */
export interface SymbolPart {
  readonly kind: 'symbol'
  readonly latex: string
  readonly text: string
  readonly strength: number
  readonly isNumber: boolean
  readonly shape: Shape
  /** Present where it stands for a value of the graph. */
  readonly dtype?: DType
}

export interface Operator {
  readonly kind: 'operator'
  readonly latex: string
  readonly text: string
  readonly level: 'separator' | 'relation' | 'sum' | 'product'
  /** A product of matrices, which an elementwise product must not be mixed up with. */
  readonly isMatrix?: boolean
}

/** A function's name, or words such as `sum over the batch of`: what follows is what they act on. */
export interface Words {
  readonly kind: 'words'
  readonly latex: string
  readonly text: string
}

export interface Group {
  readonly kind: 'group'
  readonly open: Delimiter
  readonly close: Delimiter
  readonly body: Formula
}

export interface Delimiter {
  readonly latex: string
  readonly text: string
}

export interface Fraction {
  readonly kind: 'fraction'
  readonly over: Formula
  readonly under: Formula
}

export interface Root {
  readonly kind: 'root'
  readonly body: Formula
}

export interface Script {
  readonly kind: 'script'
  readonly base: Part
  readonly upper?: Formula
  readonly lower?: Formula
}

/** A place for an operand, an output or an upstream gradient. */
export interface Slot {
  readonly kind: 'slot'
  readonly index: number
}

/** What is put into a slot. */
export interface Term {
  readonly formula: Formula
  readonly shape: Shape
}

/** How tightly the parts of a formula hold together, weakest first. */
export const strengths = {
  separator: 0,
  relation: 0,
  sum: 1,
  negation: 2,
  product: 3,
  quotient: 4,
  power: 5,
  atom: 6,
} as const

/** The strength of the weakest tie of a formula; `atom` where nothing can come apart. */
export function strengthOf(formula: Formula): number {
  const [only] = formula
  if (only && formula.length === 1) return strengthOfPart(only)
  let weakest: number = isCall(formula) ? strengths.atom : strengths.product
  formula.forEach((part, index) => {
    if (part.kind !== 'operator') return
    const own = isPrefix(formula, index) ? strengths.negation : strengths[part.level]
    weakest = Math.min(weakest, own)
  })
  return weakest
}

/** Whether an operator stands before its only operand: the minus of −x. */
export function isPrefix(formula: Formula, index: number): boolean {
  const part = formula[index]
  if (part?.kind !== 'operator' || part.level !== 'sum') return false
  return index === 0 || formula[index - 1]?.kind === 'operator'
}

/** The formula in parentheses. */
export function grouped(formula: Formula): Group {
  return {
    kind: 'group',
    open: { latex: '(', text: '(' },
    close: { latex: ')', text: ')' },
    body: formula,
  }
}

/** How many symbols, numbers and operators a formula holds. */
export function sizeOfFormula(formula: Formula): number {
  return formula.reduce((size, part) => size + sizeOfPart(part), 0)
}

/** The slots of a template, as often as they stand in it. */
export function slotsIn(formula: Formula): readonly number[] {
  return formula.flatMap(slotsOfPart)
}

/** Whether a part is the name of a function, with or without scripts. */
export function isFunction(part: Part | undefined): boolean {
  return part?.kind === 'words' || (part?.kind === 'script' && part.base.kind === 'words')
}

/** A function applied to something in parentheses, or ∂ to a name. */
function isCall([first, second, ...rest]: Formula): boolean {
  if (first?.kind === 'symbol' && first.text === '∂')
    return second !== undefined && rest.length === 0
  const argument = second?.kind === 'script' ? second.base : second
  return rest.length === 0 && isFunction(first) && argument?.kind === 'group'
}

function strengthOfPart(part: Part): number {
  switch (part.kind) {
    case 'symbol':
      return part.strength
    case 'fraction':
      return strengths.quotient
    case 'script':
      return strengths.power
    case 'operator':
    case 'words':
    case 'group':
    case 'root':
    case 'slot':
      return strengths.atom
  }
}

function slotsOfPart(part: Part): readonly number[] {
  switch (part.kind) {
    case 'slot':
      return [part.index]
    case 'group':
    case 'root':
      return slotsIn(part.body)
    case 'fraction':
      return [...slotsIn(part.over), ...slotsIn(part.under)]
    case 'script':
      return slotsIn([part.base, ...(part.lower ?? []), ...(part.upper ?? [])])
    case 'symbol':
    case 'operator':
    case 'words':
      return []
  }
}

function sizeOfPart(part: Part): number {
  switch (part.kind) {
    case 'symbol':
    case 'operator':
    case 'words':
    case 'slot':
      return 1
    case 'group':
    case 'root':
      return sizeOfFormula(part.body)
    case 'fraction':
      return sizeOfFormula(part.over) + sizeOfFormula(part.under)
    case 'script':
      return sizeOfFormula([part.base, ...(part.upper ?? []), ...(part.lower ?? [])])
  }
}
