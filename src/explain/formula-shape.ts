/** Shapes of formulas, and of the factors that they are products of. */
import { broadcastShapes, type Shape } from '../ir/shape.ts'
import {
  type Formula,
  isFunction,
  isPrefix,
  type Operator,
  type Part,
  type Script,
} from './formula.ts'

/** What shapes are found out from. */
interface Known {
  readonly ofSlot: (slot: number) => Shape
  /** Whether functions act element by element, so that they keep the shape of their argument. */
  readonly isElementwise: boolean
}

/** The shape of a formula without slots; undefined where a function hides it. */
export function shapeOf(formula: Formula, isElementwise: boolean): Shape | undefined {
  return shapeOfSum(formula, { ofSlot: () => [], isElementwise })
}

export interface Pieces {
  readonly pieces: readonly Formula[]
  /** What stands between them, one fewer. */
  readonly operators: readonly Operator[]
}

/** The factors of a product, and what stands between them; a sum is one factor. */
export function factorsOf(formula: Formula): Pieces {
  const isSum = formula.some(
    (part, index) => part.kind === 'operator' && isLoose(part) && !isPrefix(formula, index),
  )
  if (isSum) return { pieces: [formula], operators: [] }
  return splitAt(formula, (part) => part.level === 'product' && part.text !== '/')
}

/** Elementwise products with a scalar are written ·, as the product of two numbers is. */
export function softenProducts(formula: Formula, ofSlot: (slot: number) => Shape): Formula {
  const known = { ofSlot, isElementwise: true }
  return formula.map((part, index) => {
    if (part.kind !== 'operator') return softenInside(part, ofSlot)
    if (part.text !== '⊙') return part
    const sides = [factorBefore(formula, index), factorAfter(formula, index)]
    const isScaled = sides.some((side) => shapeOfSum(side, known)?.length === 0)
    return isScaled ? { ...part, latex: String.raw`\cdot`, text: '·' } : part
  })
}

function softenInside(part: Exclude<Part, Operator>, ofSlot: (slot: number) => Shape): Part {
  const inner = (formula: Formula) => softenProducts(formula, ofSlot)
  switch (part.kind) {
    case 'group':
    case 'root':
      return { ...part, body: inner(part.body) }
    case 'fraction':
      return { ...part, over: inner(part.over), under: inner(part.under) }
    case 'script':
    case 'symbol':
    case 'words':
    case 'slot':
      return part
  }
}

/** Whether a script is the ᵀ of a matrix. */
export function isTransposed(part: Script): boolean {
  const [only] = part.upper ?? []
  return only?.kind === 'symbol' && only.text === '⊤'
}

export function lastTwoSwapped(shape: Shape): Shape {
  return [...shape.slice(0, -2), ...shape.slice(-2).reverse()]
}

function factorBefore(formula: Formula, index: number): Formula {
  let start = index
  while (start > 0 && formula[start - 1]?.kind !== 'operator') start--
  return formula.slice(start, index)
}

function factorAfter(formula: Formula, index: number): Formula {
  let end = index + 1
  while (end < formula.length && formula[end]?.kind !== 'operator') end++
  return formula.slice(index + 1, end)
}

function splitAt(formula: Formula, isCut: (operator: Operator, index: number) => boolean): Pieces {
  const pieces: Part[][] = [[]]
  const operators: Operator[] = []
  formula.forEach((part, index) => {
    if (part.kind === 'operator' && isCut(part, index)) {
      operators.push(part)
      pieces.push([])
    } else pieces.at(-1)?.push(part)
  })
  return { pieces, operators }
}

function isLoose(operator: Operator): boolean {
  return operator.level !== 'product'
}

function shapeOfSum(formula: Formula, known: Known): Shape | undefined {
  const { pieces, operators } = splitAt(
    formula,
    (part, index) => isLoose(part) && !isPrefix(formula, index),
  )
  if (operators.some(({ level }) => level === 'separator')) return undefined
  return meet(pieces.map((term) => shapeOfProduct(term, known)))
}

function shapeOfProduct(term: Formula, known: Known): Shape | undefined {
  const { pieces, operators } = splitAt(term, ({ level }) => level === 'product')
  const shapes = pieces.map((factor) => shapeOfFactor(factor, known))
  if (!operators.some(({ isMatrix }) => isMatrix)) return meet(shapes)
  return shapes.reduce((a, b) => a && b && contracted(a, b))
}

/** Parts side by side; what a function acts on has the shape of the result. */
function shapeOfFactor(factor: Formula, known: Known): Shape | undefined {
  if (!known.isElementwise && factor.some(isFunction)) return undefined
  const parts = factor.filter((part) => part.kind !== 'operator' && !isFunction(part))
  return meet(parts.map((part) => shapeOfPart(part, known)))
}

function shapeOfPart(part: Part, known: Known): Shape | undefined {
  switch (part.kind) {
    case 'symbol':
      return part.shape
    case 'slot':
      return known.ofSlot(part.index)
    case 'group':
    case 'root':
      return shapeOfSum(part.body, known)
    case 'fraction':
      return meet([shapeOfSum(part.over, known), shapeOfSum(part.under, known)])
    case 'script': {
      const base = shapeOfPart(part.base, known)
      return base && isTransposed(part) ? lastTwoSwapped(base) : base
    }
    case 'operator':
    case 'words':
      return undefined
  }
}

function contracted(a: Shape, b: Shape): Shape | undefined {
  if (a.length < 2 || b.length < 2) return meet([a, b])
  const batch = meet([a.slice(0, -2), b.slice(0, -2)])
  return batch && [...batch, ...a.slice(-2, -1), ...b.slice(-1)]
}

/** The shape that all broadcast to; what is unknown may be larger than a scalar beside it. */
function meet(shapes: readonly (Shape | undefined)[]): Shape | undefined {
  let met: Shape | undefined
  for (const shape of shapes) {
    if (!shape) continue
    const next: Shape | { readonly clash: unknown } = met ? broadcastShapes(met, shape) : shape
    if ('clash' in next) return undefined
    met = next
  }
  return met?.length === 0 && shapes.includes(undefined) ? undefined : met
}
