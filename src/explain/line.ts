/** An equation on its way out: with its two sides, so that they can be set one under the other. */
import type { Equation, Variable } from './equation.ts'
import type { Formula, Operator, SymbolPart } from './formula.ts'
import { textOf } from './plain-text.ts'
import { latexOf } from './write-latex.ts'

export interface Line {
  readonly equation: Equation
  /** LaTeX of both sides, and of what stands between them. */
  readonly left: string
  readonly sign: string
  readonly right: string
}

/** The line of an equation, from its two sides and what else is said of it. */
export function lineOf(
  left: Formula,
  right: Formula,
  facts: Omit<Equation, 'text' | 'latex'>,
  isUpdate = false,
): Line {
  const sign = isUpdate ? String.raw`\leftarrow` : '='
  const sides = { left: latexOf(left), sign, right: latexOf(right) }
  const text = `${textOf(left)} ${isUpdate ? '←' : '='} ${textOf(right)}`
  const { id, phase, ...rest } = facts
  const latex = `${sides.left} ${sign} ${sides.right}`
  const equation = { id, phase, text, latex, ...rest }
  return { equation, ...sides }
}

/** A symbol as plain data. */
export function variableOf(symbol: SymbolPart, dtype: Variable['dtype']): Variable {
  const { text, latex, shape } = symbol
  return { name: text, latex, shape, dtype: symbol.dtype ?? dtype }
}

/** Symbols with commas between them, as the outputs of one gate are written. */
export function listed(symbols: readonly SymbolPart[]): Formula {
  return symbols.flatMap((symbol, index): Formula => (index === 0 ? [symbol] : [comma, symbol]))
}

const comma: Operator = { kind: 'operator', latex: ',', text: ',', level: 'separator' }
