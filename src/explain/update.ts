/** The update equations U1, U2 …, read off the update graph itself. */
import { stateOf, type Update } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Given, Operand } from './equation.ts'
import type { Formula, SymbolPart } from './formula.ts'
import { createInliner, type Definition, type InlineOptions, type Inliner } from './inline.ts'
import { type Line, lineOf, listed, variableOf } from './line.ts'
import { arrow, shapesInPlace, symbolsIn } from './shape-text.ts'

export interface UpdateOptions extends InlineOptions {
  readonly nextId: () => string
  /** New contents of states, by key. */
  readonly contents: Readonly<Record<string, Tensor>>
}

/** One line for each update, after those of the named values that it needs; and what they read. */
export function updateLines(
  updates: readonly Update[],
  options: UpdateOptions,
): { readonly lines: readonly Line[]; readonly given: readonly Given[] } {
  const inliner = createInliner(updates, options)
  const lines = updates.flatMap((update) => {
    const own: Line[] = []
    const define = (definition: Definition) =>
      own.push(definitionLine(definition, inliner, options))
    const { formula } = inliner.termOf(update.value, define)
    own.push(updateLine(update, formula, { inliner, options, define }))
    return own
  })
  return { lines, given: inliner.given }
}

interface Context {
  readonly inliner: Inliner
  readonly options: UpdateOptions
  readonly define: (definition: Definition) => void
}

/** `W1 ← W1 − lr · dJ/dW1`. */
function updateLine(
  { state, value }: Update,
  formula: Formula,
  { inliner, options, define }: Context,
): Line {
  const left = inliner.termOf(state, define).formula
  const [symbol] = symbolsIn(left)
  const own = symbol as SymbolPart // a state is written as a symbol
  const contents = options.contents[stateOf(state).key]
  const [known] = options.scopes.flatMap(
    ({ graph, quantities }) => quantities[graph.slotOf(state)]?.value ?? [],
  )
  const before = known ?? options.states[stateOf(state).key]
  const facts = {
    id: options.nextId(),
    phase: 'update',
    gate: value.gate.name,
    role: null,
    part: `update — what ${own.text} is in the next step; every right-hand side reads the old states`,
    output: variableOf(own, state.dtype),
    ...operandFacts(formula, own, inliner),
    ...(contents && { numbers: { value: contents, ...(before && { before }) } }),
  } as const
  return lineOf(left, formula, facts, true)
}

function definitionLine(
  { application, symbols, formula }: Definition,
  inliner: Inliner,
  options: UpdateOptions,
): Line {
  const { gate, dtype } = application
  const first = symbols[0] as SymbolPart // a gate has an output
  return lineOf(listed(symbols), formula, {
    id: options.nextId(),
    phase: 'update',
    gate: gate.name,
    role: null,
    part: 'update — a value that the updates read',
    output: variableOf(first, dtype),
    ...(symbols.length > 1 && { outputs: symbols.map((symbol) => variableOf(symbol, dtype)) }),
    ...operandFacts(formula, first, inliner),
  })
}

function operandFacts(
  formula: Formula,
  { shape }: SymbolPart,
  { kinds }: Inliner,
): { readonly operands: readonly Operand[]; readonly shapes: string } {
  const operands = symbolsIn(formula).map((symbol): Operand => {
    return { ...variableOf(symbol, 'f32'), kind: kinds.get(symbol.text) ?? 'result' }
  })
  return { operands, shapes: arrow(shapesInPlace(formula) ?? '', [shape]) }
}
