/** An equation on its way out: with its two sides, so that they can be set one under the other. */
import { deferred, later } from './deferred.ts'
import type { Equation, Operand, Variable } from './equation.ts'
import type { Formula, Operator, SymbolPart } from './formula.ts'
import { textOf } from './plain-text.ts'
import { latexOf } from './write-latex.ts'

export interface Line {
  readonly equation: Equation
  /** Backward: the edges of the backward pass whose gradients, added, are the left-hand side. */
  readonly edges?: readonly number[]
  /** LaTeX of both sides, and of what stands between them. */
  readonly sides: () => readonly [left: string, sign: string, right: string]
}

/** What is known of an equation as soon as it is listed. */
export type Facts = Omit<Equation, 'text' | 'latex' | 'operands' | keyof Written> & {
  readonly operands?: readonly Operand[]
}

/** How an equation is written, and what is told from that. */
export interface Written extends Pick<Equation, 'shapes' | 'local' | 'substituted' | 'numbers'> {
  readonly left: Formula
  readonly right: Formula
  readonly operands?: readonly Operand[]
}

export interface LineOptions {
  readonly isUpdate?: boolean
  /** What of `Written` there will be, beside operands and shapes. */
  readonly has?: { readonly [K in 'local' | 'substituted' | 'numbers']?: boolean }
}

/** The line of an equation; `write` is asked when it is read for the first time. */
export function lineOf(facts: Facts, write: () => Written, options: LineOptions = {}): Line {
  const { isUpdate = false, has = {} } = options
  let made: Written | undefined
  const written = () => {
    made ??= write()
    return made
  }
  const sides: Line['sides'] = () => {
    const { left, right } = written()
    return [latexOf(left), isUpdate ? String.raw`\leftarrow` : '=', latexOf(right)]
  }
  const make = (key: string) => {
    if (key === 'latex') return sides().join(' ')
    const { left, right } = written()
    if (key === 'text') return `${textOf(left)} ${isUpdate ? '←' : '='} ${textOf(right)}`
    return Reflect.get(written(), key)
  }
  // In the order in which they stand in JSON.
  const known = {
    id: facts.id,
    phase: facts.phase,
    text: later,
    latex: later,
    gate: facts.gate,
    role: facts.role,
    part: facts.part,
    of: facts.of,
    operand: facts.operand,
    adds: facts.adds,
    output: facts.output,
    outputs: facts.outputs,
    operands: facts.operands ?? later,
    shapes: later,
    upstreams: facts.upstreams,
    local: has.local ? later : undefined,
    substituted: has.substituted ? later : undefined,
    numbers: has.numbers ? later : undefined,
  }
  const equation = deferred(known, make)
  return { equation: equation as Equation, sides } // `deferred` has given it all of this
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
