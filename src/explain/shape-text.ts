/** The shapes of an equation, written as the equation is: `[2, 4]·[4, 3] → [2, 3]`. */
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { Operand } from './equation.ts'
import { type Formula, isPrefix, type Part, type SymbolPart } from './formula.ts'
import { factorsOf, isTransposed, lastTwoSwapped, shapeOf } from './formula-shape.ts'
import { textOf } from './plain-text.ts'
import { latexOf } from './write-latex.ts'

/** Shapes in place of the symbols of a formula without parentheses; undefined for other formulas. */
export function shapesInPlace(formula: Formula): string | undefined {
  let text = ''
  for (const [index, part] of formula.entries()) {
    if (isPrefix(formula, index)) continue
    if (part.kind === 'symbol') text += part.isNumber ? part.text : formatShape(part.shape)
    else if (part.kind !== 'operator' || part.level === 'separator') return undefined
    else text += part.level === 'product' ? part.text : ` ${part.text} `
  }
  return text.trim()
}

/** `[4, 2], [4, 3] → [4, 5]`: all that goes in, and what comes out. */
export function arrow(from: string, to: readonly Shape[]): string {
  return `${from}${from === '' ? '' : ' '}→ ${to.map(formatShape).join(', ')}`
}

/** A factor of a backward equation; without a shape where a function hides it. */
export interface Factor {
  readonly name: string
  readonly latex: string
  readonly shape: Shape | undefined
  readonly isNumber: boolean
  readonly symbols: readonly SymbolPart[]
  readonly transposeOf?: NonNullable<Operand['transposeOf']>
}

/** The factors of a product, and what stands between them. */
export function factorsIn(
  formula: Formula,
  isElementwise: boolean,
): { readonly factors: readonly Factor[]; readonly signs: readonly string[] } {
  const { pieces, operators } = factorsOf(formula)
  return {
    factors: pieces.map((piece) => factorOf(piece, isElementwise)),
    signs: operators.map(({ text }) => text),
  }
}

/** The shapes of factors with their signs between them. */
export function shapesOfFactors(
  factors: readonly Factor[],
  signs: readonly string[],
  result: Shape,
): string {
  // A scalar factor that hides its shape behind a function is not worth a line of its own.
  const known = factors.map(({ shape, isNumber, name }) =>
    isNumber ? name : shape && formatShape(shape),
  )
  if (known.every((shape) => shape !== undefined)) {
    return arrow(
      known.reduce((text, shape, index) => `${text}${signs[index - 1]}${shape}`),
      [result],
    )
  }
  const shapes = distinct(factors.flatMap(({ symbols }) => symbols)).map(({ shape }) => shape)
  return arrow(shapes.map(formatShape).join(', '), [result])
}

/** The values of the graph in a formula, each once, in the order in which they are read. */
export function symbolsIn(formula: Formula): readonly SymbolPart[] {
  return distinct(formula.flatMap(symbolsOfPart))
}

function factorOf(piece: Formula, isElementwise: boolean): Factor {
  const [first, ...rest] = piece
  const unsigned = first?.kind === 'operator' ? rest : piece
  const [only] = unsigned
  const bare =
    unsigned.length === 1 && only?.kind === 'group' && only.open.text === '(' ? only.body : unsigned
  return {
    name: textOf(bare),
    latex: latexOf(bare),
    shape: shapeOf(bare, isElementwise),
    isNumber: only?.kind === 'symbol' && only.isNumber && unsigned.length === 1,
    symbols: symbolsIn(bare),
    ...transposeIn(bare),
  }
}

function transposeIn(piece: Formula): Pick<Factor, 'transposeOf'> {
  const [only] = piece
  if (piece.length !== 1 || only?.kind !== 'script' || !isTransposed(only)) return {}
  const shape = shapeOf(piece, false)
  return shape ? { transposeOf: { name: textOf([only.base]), shape: lastTwoSwapped(shape) } } : {}
}

function symbolsOfPart(part: Part): readonly SymbolPart[] {
  switch (part.kind) {
    case 'symbol':
      return part.dtype === undefined ? [] : [part]
    case 'group':
    case 'root':
      return part.body.flatMap(symbolsOfPart)
    case 'fraction':
      return [...part.over, ...part.under].flatMap(symbolsOfPart)
    case 'script':
      return [part.base, ...(part.lower ?? []), ...(part.upper ?? [])].flatMap(symbolsOfPart)
    case 'operator':
    case 'words':
    case 'slot':
      return []
  }
}

function distinct(symbols: readonly SymbolPart[]): readonly SymbolPart[] {
  const isFirst = (symbol: SymbolPart, index: number) =>
    symbols.findIndex(
      (other) => other.text === symbol.text && sameShape(other.shape, symbol.shape),
    ) === index
  return symbols.filter(isFirst)
}
