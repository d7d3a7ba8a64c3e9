/** The update equations U1, U2 …, read off the update graph itself. */
import { stateOf, type Update } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Given, Operand } from './equation.ts'
import type { Formula, Operator, SymbolPart } from './formula.ts'
import { createInliner, type Definition, type InlineOptions, type Inliner } from './inline.ts'
import { type Line, lineOf, listed, variableOf, type Written } from './line.ts'
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
    let last: Definition | undefined
    const { formula } = inliner.termOf(update.value, (definition) => {
      if (last) define(last)
      last = definition
    })
    const chained = last && isWhole(formula, last) ? last : undefined
    if (last && !chained) define(last)
    own.push(updateLine(update, chained ?? { formula }, { inliner, options, define }))
    return own
  })
  return { lines, given: inliner.given }
}

const equals: Operator = { kind: 'operator', latex: '=', text: '=', level: 'relation' }

interface Context {
  readonly inliner: Inliner
  readonly options: UpdateOptions
  readonly define: (definition: Definition) => void
}

/** Whether a formula is the name of what was defined, and nothing else. */
function isWhole([first, ...rest]: Formula, { symbols }: Definition): boolean {
  return rest.length === 0 && symbols.length === 1 && first === symbols[0]
}

/** `W1 ← W1 − lr · dJ/dW1`; with a name that the new contents have, `m ← m' = 0.9 · m + …`. */
function updateLine(
  { state, value }: Update,
  { formula, symbols = [] }: Pick<Definition, 'formula'> & Partial<Definition>,
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
  } as const
  const [name] = symbols
  const write = () => ({
    left,
    right: name ? [name, equals, ...formula] : formula,
    ...operandFacts(formula, own, inliner),
    ...(contents && { numbers: { value: contents, ...(before && { before }) } }),
  })
  return lineOf(facts, write, { isUpdate: true, has: { numbers: contents !== undefined } })
}

function definitionLine(
  { application, symbols, formula }: Definition,
  inliner: Inliner,
  options: UpdateOptions,
): Line {
  const { gate, dtype } = application
  const first = symbols[0] as SymbolPart // a gate has an output
  const facts = {
    id: options.nextId(),
    phase: 'update',
    gate: gate.name,
    role: null,
    part: 'update — a value that the updates read',
    output: variableOf(first, dtype),
    ...(symbols.length > 1 && { outputs: symbols.map((symbol) => variableOf(symbol, dtype)) }),
  } as const
  return lineOf(facts, () => {
    return { left: listed(symbols), right: formula, ...operandFacts(formula, first, inliner) }
  })
}

function operandFacts(
  formula: Formula,
  { shape }: SymbolPart,
  { kinds }: Inliner,
): Pick<Written, 'shapes' | 'operands'> {
  const operands = symbolsIn(formula).map((symbol): Operand => {
    return { ...variableOf(symbol, 'f32'), kind: kinds.get(symbol.text) ?? 'result' }
  })
  return { operands, shapes: arrow(shapesInPlace(formula) ?? '', [shape]) }
}
