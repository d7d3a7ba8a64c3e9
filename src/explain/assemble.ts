/** Puts the equations of a graph together: names, then forward, backward and update. */
import type { EdgeGradient } from '../autodiff/backpropagate.ts'
import { Graph, type Update } from '../ir/graph.ts'
import type { Trace } from '../ir/trace.ts'
import type { Value } from '../ir/value.ts'
import { backwardLines } from './backward.ts'
import type { Given, Variable } from './equation.ts'
import { forwardLines } from './forward.ts'
import { type Line, variableOf } from './line.ts'
import { counter, createNaming, type Naming } from './naming.ts'
import { createScope, type Quantity, type Scope } from './scope.ts'
import { nameSymbol } from './symbols.ts'
import { updateLines } from './update.ts'

export interface AssembleOptions {
  readonly J: Value | undefined
  /** The forward graph of J, or of all outputs where there is no J. */
  readonly graph: Graph
  readonly edges: readonly EdgeGradient[]
  readonly outputs: Readonly<Record<string, Value>>
  readonly updates: readonly Update[]
  readonly values: Trace | undefined
  readonly digits: number
  readonly depth: number
  /** Whether J is known though nothing is differentiated. Default false. */
  readonly isForward?: boolean
  /** The position of the last application that is explained. Default: all of them. */
  readonly until?: number
}

export interface Assembled {
  readonly symbol: Variable | undefined
  readonly given: readonly Given[]
  readonly lines: readonly Line[]
  readonly notes: readonly string[]
  /** The graphs that the forward equations are of: that of J, then what other outputs need. */
  readonly scopes: readonly Scope[]
}

export function assemble(options: AssembleOptions): Assembled {
  const { J, graph, edges, outputs, updates, values, digits, depth } = options
  const until = options.until ?? graph.applications.length
  const all = new Graph(outputs, updates)
  const naming = createNaming([...all.names().values(), ...Object.keys(outputs)])
  const nextId = counter('F')
  const main = createScope(graph, {
    naming,
    nextId,
    until,
    names: outputNames(graph, outputs),
    valueAt: (position, index) => values?.values[position]?.[index],
    reads: readsFrom([...Object.values(outputs), ...updates.map(({ value }) => value)], graph),
  })
  const { lines, opened } = forwardLines(main, { naming, depth, digits, until })
  const rest = scopeOfRest(main, outputs, { naming, nextId })
  const scopes = [main, ...(rest.scope ? [rest.scope] : [])]
  const further = rest.scope ? forwardLines(rest.scope, { naming, depth, digits }).lines : []
  const slot = J ? graph.slotOf(J) : -1
  const root = main.roots[slot] ?? -1
  const symbol = main.quantities[slot]?.symbol
  const back =
    J && symbol
      ? backwardLines(main, {
          edges,
          traced: values?.edges,
          until,
          J: symbol,
          seeds: new Map([[root, undefined]]),
          nextId: counter('B'),
          digits,
          opened,
        })
      : []
  const { lines: updated, given: states } = updateLines(updates, {
    scopes,
    J: symbol ?? nameSymbol('J', { shape: [], dtype: 'f32' }),
    naming,
    nextId: counter('U'),
    states: values?.states ?? {},
    contents: values?.updates ?? {},
  })
  return {
    symbol:
      J && symbol && (back.length > 0 || options.isForward === true)
        ? variableOf(symbol, J.dtype)
        : undefined,
    given: [
      ...givenIn(main, until),
      ...(rest.scope ? givenIn(rest.scope, until, graph) : []),
      ...states,
    ],
    lines: [...lines, ...further, ...back, ...updated],
    notes: rest.notes,
    scopes,
  }
}

/** The slots of a graph that some values read, gradients apart. */
function readsFrom(values: readonly Value[], graph: Graph): ReadonlySet<number> {
  const reads = new Set<number>()
  const seen = new Set<Value>()
  const open = [...values]
  for (let value = open.pop(); value; value = open.pop()) {
    const slot = graph.slotOf(value)
    if (slot >= 0) reads.add(slot)
    else if (!value.isGradient && !seen.has(value.application)) {
      seen.add(value.application)
      open.push(...value.inputs)
    }
  }
  return reads
}

/** Names of unnamed outputs, from their keys. */
function outputNames(graph: Graph, outputs: Readonly<Record<string, Value>>): Map<number, string> {
  const named = Object.entries(outputs).flatMap(([key, value]): [number, string][] => {
    const slot = graph.slotOf(value)
    // `graph([a, b])` numbers its outputs, which names nothing.
    return slot < 0 || /^\d+$/.test(key) || key === 'output' ? [] : [[slot, value.name ?? key]]
  })
  return new Map(named)
}

/** What outputs beside J need that J does not. */
function scopeOfRest(
  main: Scope,
  outputs: Readonly<Record<string, Value>>,
  { naming, nextId }: { readonly naming: Naming; readonly nextId: () => string },
): { readonly scope: Scope | undefined; readonly notes: readonly string[] } {
  const notes: string[] = []
  const others = Object.entries(outputs).filter(([key, value]) => {
    if (main.graph.slotOf(value) >= 0) return false
    if (!readsGradients(value, main.graph)) return true
    notes.push(`Output "${key}" is made from gradients: it has no forward equation.`)
    return false
  })
  if (others.length === 0) return { scope: undefined, notes }
  const graph = new Graph(Object.fromEntries(others))
  const known = graph.applications.flatMap((application): [Value, readonly Quantity[]][] => {
    const position = main.graph.positionOf(application)
    if (position < 0) return []
    const { quantities, graph: own } = main
    return [[application, quantities.slice(own.firstSlot(position), own.firstSlot(position + 1))]]
  })
  const names = outputNames(graph, Object.fromEntries(others))
  return { scope: createScope(graph, { naming, nextId, known: new Map(known), names }), notes }
}

function readsGradients(output: Value, forward: Graph): boolean {
  const isGradient = (value: Value) => value.isGradient && forward.slotOf(value) < 0
  return (
    isGradient(output) ||
    new Graph({ output }).applications.some(({ inputs }) => inputs.some(isGradient))
  )
}

/** What the graph of a scope is given, but for what an outer graph is given already. */
function givenIn(
  { graph, treatments, quantities }: Scope,
  until: number,
  outer?: Graph,
): readonly Given[] {
  return graph.applications.flatMap((application, position): Given[] => {
    const quantity = quantities[graph.firstSlot(position)]
    const isSource =
      position <= until && application.inputCount === 0 && treatments[position] === 'given'
    if (!isSource || !quantity || quantity.kind === 'result') return []
    if (outer && outer.slotOf(application) >= 0) return []
    const { symbol, kind, value } = quantity
    return [{ ...variableOf(symbol, application.dtype), kind, ...(value && { value }) }]
  })
}
