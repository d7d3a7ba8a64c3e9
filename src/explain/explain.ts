/** `explain`: the equations of a graph, forward, backward and update. */
import type { EdgeGradient } from '../autodiff/backpropagate.ts'
import { backwardFrom } from '../autodiff/backward-from.ts'
import { SluiceError } from '../errors.ts'
import { isFloating } from '../ir/dtype.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import type { Trace } from '../ir/trace.ts'
import { Value } from '../ir/value.ts'
import { assemble } from './assemble.ts'
import { checkTrace } from './check-trace.ts'
import { createExplanation, type Explanation } from './explanation.ts'
import type { Scope } from './scope.ts'

export interface ExplainOptions {
  /** The numbers of a run, from `trace` of the same target. */
  readonly values?: Trace
  /** Significant digits of numbers in text. Default 4. */
  readonly digits?: number
  /**
   * How many levels of composites are opened into equations of their own, which follow theirs as
   * F3.1 … and B4.1 …, without numbers: a trace holds none of what is inside. Default 0.
   */
  readonly depth?: number
}

/** What `explain` takes: J, a graph, or a program. */
export type Explainable = Value | Graph | { readonly graph: Graph }

/**
 * The equations of a network: F1, F2 … forward, B1, B2 … backward from J, and U1, U2 … where the
 * graph has updates; each with its gate, the part that plays, and the shapes of all factors.
 *
 * Of a graph or a program, J is the output called J, else its first floating-point scalar; without
 * one there are forward equations only.
 * Throws: OPTION where `values` were traced from another graph.
 *
 * @example
 * console.log(explain(J, { values: await trace(J, { x: X, y: Y }) }).toText())
 */
export function explain(target: Explainable, options: ExplainOptions = {}): Explanation {
  return readGraph(target, options).explanation
}

/** An explanation, and where it stands in the graph that it is of. */
export interface Reading {
  readonly explanation: Explanation
  /** The equation that computes a value: `F3`; undefined where it is given, or not of the graph. */
  readonly idOf: (value: Value) => string | undefined
  /**
   * The edges of the backward pass, by position, whose gradients, added, are what a backward
   * equation gives. Nothing for other equations, and for those inside an open composite.
   */
  readonly edgesOf: (id: string) => readonly number[]
  /** The applications of a forward equation each, by its id; those inside composites apart. */
  readonly applications: ReadonlyMap<string, Value>
  /** The keys of states by the names that equations call them by: `0.weight` of `W1`. */
  readonly keys: ReadonlyMap<string, string>
}

export interface ReadingOptions extends ExplainOptions {
  /** Whether gradients are of no interest, which takes a third of the time. Default false. */
  readonly isForward?: boolean
}

/** `explain`, for those who have to find values and states in what it says. */
export function readGraph(target: Explainable, options: ReadingOptions = {}): Reading {
  const { digits = 4, depth = 0, values, isForward = false } = options
  const subject = subjectOf(target)
  const { J } = subject
  const { graph, edges, notes } =
    J && !isForward ? differentiated(J, subject) : forwardOnly(subject)
  if (values) checkTrace(values, graph, edges)
  const {
    lines,
    given,
    symbol,
    notes: further,
    scopes,
  } = assemble({
    ...subject,
    graph,
    edges,
    digits,
    depth,
    values,
    isForward,
  })
  return {
    explanation: createExplanation({
      ...{ J: symbol, given, lines, digits },
      notes: [...notes, ...further],
    }),
    idOf: (value) => idIn(scopes, value),
    applications: new Map(scopes.flatMap(applicationsIn)),
    edgesOf: (id) =>
      id.includes('.') ? [] : (lines.find(({ equation }) => equation.id === id)?.edges ?? []),
    keys: new Map(scopes.flatMap(keysIn)),
  }
}

function idIn(scopes: readonly Scope[], value: Value): string | undefined {
  for (const { graph, ids } of scopes) {
    const id = ids[graph.positionOf(value)]
    if (id !== undefined) return id
  }
  return undefined
}

function applicationsIn({ graph, ids }: Scope): readonly (readonly [string, Value])[] {
  return graph.applications.flatMap((application, position) => {
    const id = ids[position]
    return id === undefined ? [] : [[id, application] as const]
  })
}

function keysIn({ graph, quantities }: Scope): readonly (readonly [string, string])[] {
  return graph.states.flatMap((state) => {
    const quantity = quantities[graph.slotOf(state)]
    return quantity ? [[quantity.symbol.text, stateOf(state).key] as const] : []
  })
}

interface Subject {
  readonly J: Value | undefined
  readonly graph: Graph
  readonly outputs: Readonly<Record<string, Value>>
  readonly updates: Graph['updates']
}

function subjectOf(target: Explainable): Subject {
  if (target instanceof Value) {
    const isScalar = target.shape.length === 0 && isFloating(target.dtype)
    const outputs = { [target.name ?? (isScalar ? 'J' : 'output')]: target }
    const graph = new Graph(outputs)
    return { J: isScalar ? target : undefined, graph, outputs, updates: [] }
  }
  const { outputs, updates } = graphOf(target)
  const isScalar = ({ shape, dtype }: Value) => shape.length === 0 && isFloating(dtype)
  const called = outputs.J && isScalar(outputs.J) ? outputs.J : undefined
  const J = called ?? Object.values(outputs).find((value) => isScalar(value) && !value.isGradient)
  return { J, graph: new Graph(outputs), outputs, updates }
}

function graphOf(target: Graph | { readonly graph: Graph }): Graph {
  if (target instanceof Graph) return target
  if (target?.graph instanceof Graph) return target.graph
  throw new SluiceError({
    code: 'OPTION',
    what: 'explain: there is nothing to explain',
    expected: 'a value such as J, a graph, or a compiled program',
    got: target === null ? 'null' : Array.isArray(target) ? 'an array' : typeof target,
    fix: 'await compile(…) first, or pass J itself',
  })
}

interface Differentiated {
  readonly graph: Graph
  readonly edges: readonly EdgeGradient[]
  readonly notes: readonly string[]
}

/** The graph of J alone, whose other outputs come after it, as where it is differentiated. */
function forwardOnly({ J, graph, outputs }: Subject): Differentiated {
  const isWhole = !J || Object.keys(outputs).length === 1
  return { graph: isWhole ? graph : new Graph({ J }), edges: [], notes: [] }
}

/** The backward pass of J, or why there is none. */
function differentiated(J: Value, { graph }: Subject): Differentiated {
  try {
    const { forward, edges } = backwardFrom(J)
    return { graph: forward, edges, notes: [] }
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'GRADIENT') throw error
    return { graph, edges: [], notes: [`No backward equations: ${error.what}.`] }
  }
}
