/** Puts symbols into the slots of a template, with the parentheses that precedence asks for. */
import {
  type Formula,
  grouped,
  isFunction,
  type Part,
  type Script,
  type Slot,
  strengthOf,
  strengths,
  type Term,
} from './formula.ts'
import { softenProducts } from './formula-shape.ts'

/**
 * The template with its slots filled.
 *
 * `isContraction` says that its · is a product of matrices. An elementwise product with a scalar
 * is written · instead of ⊙.
 */
export function fill(
  template: Formula,
  termOf: (slot: number) => Term,
  { isContraction = false }: { readonly isContraction?: boolean } = {},
): Formula {
  const softened = softenProducts(template, (slot) => termOf(slot).shape)
  return fillRow(softened, (slot) => termOf(slot).formula, isContraction)
}

/** The template with formulas in its slots that may have slots themselves. */
export function compose(template: Formula, formulas: readonly Formula[]): Formula {
  return fillRow(template, (slot) => formulas[slot] ?? [], false)
}

type Filler = (slot: number) => Formula

function fillRow(template: Formula, termOf: Filler, isContraction: boolean): Formula {
  return template.flatMap((part, index) => {
    if (part.kind !== 'slot') return fillPart(part, termOf, isContraction)
    const term = termOf(part.index)
    return fits(term, template, index, isContraction) ? term : grouped(term)
  })
}

function fillPart(part: Exclude<Part, Slot>, termOf: Filler, isContraction: boolean): Part {
  const inner = (formula: Formula) => fillRow(formula, termOf, isContraction)
  switch (part.kind) {
    case 'operator':
      return isContraction && part.text === '·' ? { ...part, isMatrix: true } : part
    case 'symbol':
    case 'words':
      return part
    case 'group':
    case 'root':
      return { ...part, body: inner(part.body) }
    case 'fraction':
      return { ...part, over: inner(part.over), under: inner(part.under) }
    case 'script':
      return fillScript(part, inner)
  }
}

function fillScript(part: Script, inner: (formula: Formula) => Formula): Script {
  const base = inner([part.base])
  const [only] = base
  const isWhole = only && base.length === 1 && strengthOf(base) >= strengths.atom
  return {
    kind: 'script',
    base: isWhole ? only : grouped(base),
    ...(part.upper && { upper: inner(part.upper) }),
    ...(part.lower && { lower: inner(part.lower) }),
  }
}

/** Whether a term can stand in a slot as it is, given its neighbours. */
function fits(term: Formula, row: Formula, index: number, isContraction: boolean): boolean {
  const before = row[index - 1]
  const after = row[index + 1]
  const own = strengthOf(term)
  if (own < Math.max(neededAfter(before), neededBefore(after))) {
    // −x · y is as clear as (−x) · y at the beginning of a formula.
    const isLeading = before === undefined && after?.kind === 'operator'
    if (!(isLeading && own === strengths.negation)) return false
  }
  if (before !== undefined && leadsWithMinus(term) && !isLoose(before)) return false
  if (before !== undefined && before.kind !== 'operator' && isNumber(term)) return false
  return ![before, after].some((neighbour) => mixes(neighbour, term, isContraction))
}

/** The strength that a term needs after `before`. */
function neededAfter(before: Part | undefined): number {
  if (before === undefined) return 0
  if (isFunction(before)) return strengths.quotient
  if (before.kind !== 'operator') return strengths.atom
  if (before.text === '/') return strengths.power
  return before.text === '−' ? strengths.product : neededBefore(before)
}

/** The strength that a term needs before `after`. */
function neededBefore(after: Part | undefined): number {
  if (after === undefined) return 0
  if (after.kind !== 'operator') return strengths.atom
  if (after.level === 'product') return strengths.product
  return after.level === 'separator' ? strengths.separator : strengths.sum
}

/** Whether a product of matrices would stand beside an elementwise one. */
function mixes(neighbour: Part | undefined, term: Formula, isContraction: boolean): boolean {
  if (neighbour?.kind !== 'operator' || neighbour.level !== 'product') return false
  return term.some(
    (part) =>
      part.kind === 'operator' &&
      part.level === 'product' &&
      part.text !== neighbour.text &&
      (isContraction || part.isMatrix === true),
  )
}

function leadsWithMinus([first]: Formula): boolean {
  if (first?.kind === 'operator') return true
  return first?.kind === 'symbol' && first.strength === strengths.negation
}

function isNumber([first]: Formula): boolean {
  return first?.kind === 'symbol' && first.isNumber
}

function isLoose(part: Part): boolean {
  return part.kind === 'operator' && (part.level === 'separator' || part.level === 'relation')
}
