/** Writes the values of an update graph as expressions of states, gradients, names and numbers. */
import { stateOf, type Update } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import type { Given, Operand } from './equation.ts'
import { type Formula, type SymbolPart, sizeOfFormula, type Term } from './formula.ts'
import { variableOf } from './line.ts'
import type { Naming } from './naming.ts'
import { forwardTemplate, write } from './rules.ts'
import { kindOf, literalOf, type Scope, sourceName } from './scope.ts'
import { gradientSymbol, nameSymbol } from './symbols.ts'
import { isConstant, isLiteral, isSpreading } from './treatment.ts'

export interface InlineOptions {
  /** The scopes of the forward graph, whose values go by their names. */
  readonly scopes: readonly Scope[]
  readonly J: SymbolPart
  readonly naming: Naming
  /** Contents of states that J does not read, by key. */
  readonly states: Readonly<Record<string, Tensor>>
}

/** A value that is written on a line of its own: it has a name, or is long and read repeatedly. */
export interface Definition {
  readonly application: Value
  readonly symbols: readonly SymbolPart[]
  readonly formula: Formula
}

export interface Inliner {
  /** How a value is written; `define` gets what has to be written before it. */
  readonly termOf: (value: Value, define: (definition: Definition) => void) => Term
  /** What the symbols that it has used stand for, by text. */
  readonly kinds: ReadonlyMap<string, Operand['kind']>
  /** States, inputs and constants that only the updates read. */
  readonly given: readonly Given[]
}

// Above so many parts an expression gets a line and a name: sooner where it is read repeatedly.
const longest = { repeated: 40, single: 400 }

export function createInliner(updates: readonly Update[], options: InlineOptions): Inliner {
  const { scopes, J, naming, states } = options
  const terms = new Map<Value, readonly Term[]>()
  const kinds = new Map<string, Operand['kind']>()
  const given: Given[] = []
  const { reads, names } = surveyOf(updates, isKnown)

  return {
    kinds,
    given,
    termOf: (value, define) => {
      for (const application of unwritten(value))
        terms.set(application, termsOf(application, define))
      return known(value)
    },
  }

  function isKnown(value: Value): boolean {
    return value.edge !== undefined || scopes.some(({ graph }) => graph.slotOf(value) >= 0)
  }

  /** How a value is written whose application has been. */
  function known(value: Value): Term {
    if (value.edge) return used(gradientSymbol(J, symbolOf(value.edge.of)), 'gradient')
    for (const { graph, quantities } of scopes) {
      const quantity = quantities[graph.slotOf(value)]
      if (quantity) {
        kinds.set(quantity.symbol.text, quantity.kind)
        return quantity
      }
    }
    return terms.get(value.application)?.[value.index] as Term // written before it is asked for
  }

  /** The forward value that a gradient is of; a second name gives way to the first. */
  function symbolOf(of: Value): SymbolPart {
    for (const { graph, quantities, roots } of scopes) {
      const root = roots[graph.slotOf(of)] ?? -1
      const quantity = quantities[root]
      if (quantity) return quantity.symbol
    }
    return nameSymbol(of.name ?? sourceName(of.application) ?? of.gate.name, of.type)
  }

  /** Applications that a value needs and that are not written yet, inputs first. */
  function unwritten(value: Value): readonly Value[] {
    const order: Value[] = []
    const seen = new Set<Value>()
    const path: { readonly value: Value; next: number }[] = []
    const enter = (next: Value) => {
      if (isKnown(next) || terms.has(next.application) || seen.has(next.application)) return
      seen.add(next.application)
      path.push({ value: next.application, next: 0 })
    }
    enter(value)
    for (let last = path.at(-1); last; last = path.at(-1)) {
      if (last.next < last.value.inputCount) enter(last.value.input(last.next++))
      else {
        order.push(last.value)
        path.pop()
      }
    }
    return order
  }

  function termsOf(application: Value, define: (definition: Definition) => void): readonly Term[] {
    const name = names.get(application)
    const source = sourceName(application)
    if (source !== undefined) return [givenTerm(application, naming.claim(source))]
    if (isConstant(application)) return [constantTerm(application, name)]
    const operands = application.inputs.map(known)
    const [first] = operands
    if (isSpreading(application) && name === undefined && first) return [first]
    const outputs = application.outputTypes.map(({ shape }) => ({ formula: [], shape }))
    const slots = { application, operands, outputs, upstreams: [] }
    const formula = write(forwardTemplate(slots), slots)
    const isRepeated = (reads.get(application) ?? 0) > 1
    const isLong = sizeOfFormula(formula) > (isRepeated ? longest.repeated : longest.single)
    if (name === undefined && !isLong && outputs.length === 1) {
      return [{ formula, shape: application.shape }]
    }
    const symbols = application.outputTypes.map((type, index) =>
      nameSymbol(name !== undefined && index === 0 ? naming.claim(name) : naming.next('u'), type),
    )
    define({ application, symbols, formula })
    return symbols.map((symbol) => used(symbol, 'result'))
  }

  function constantTerm(application: Value, name: string | undefined): Term {
    if (name === undefined && isLiteral(application)) {
      const literal = literalOf(application)
      return { formula: [literal], shape: literal.shape }
    }
    return givenTerm(application, name === undefined ? naming.next('c') : naming.claim(name))
  }

  function givenTerm(application: Value, name: string): Term {
    const symbol = nameSymbol(name, application.type)
    const kind = kindOf(application)
    const value = contentsOf(application)
    const variable = variableOf(symbol, application.dtype)
    if (kind !== 'result') given.push({ ...variable, kind, ...(value && { value }) })
    return used(symbol, kind)
  }

  function contentsOf(application: Value): Tensor | undefined {
    const { meaning } = application.gate
    const isState = meaning.kind === 'source' && meaning.form === 'state'
    return isState ? states[stateOf(application).key] : undefined
  }

  function used(symbol: SymbolPart, kind: Operand['kind']): Term {
    kinds.set(symbol.text, kind)
    return { formula: [symbol], shape: symbol.shape }
  }
}

/** How often each application is read in the updates, and the first name that one was given. */
function surveyOf(
  updates: readonly Update[],
  isKnown: (value: Value) => boolean,
): { readonly reads: ReadonlyMap<Value, number>; readonly names: ReadonlyMap<Value, string> } {
  const reads = new Map<Value, number>()
  const names = new Map<Value, string>()
  const open: Value[] = []
  const read = (value: Value) => {
    if (isKnown(value)) return
    const { application } = value
    const count = reads.get(application) ?? 0
    reads.set(application, count + 1)
    if (value.name !== undefined && !names.has(application)) names.set(application, value.name)
    if (count === 0) open.push(application)
  }
  for (const { value } of updates) read(value)
  for (let next = open.pop(); next; next = open.pop()) next.inputs.forEach(read)
  return { reads, names }
}
