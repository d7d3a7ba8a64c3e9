/** A backward equation held against differences, as a reader of equations asks for it. */
import { type EdgeDifferences, edgeDifferences } from './autodiff/edge-differences.ts'
import { initialise } from './compile.ts'
import { SluiceError } from './errors.ts'
import { readGraph } from './explain/explain.ts'
import { Graph } from './ir/graph.ts'
import type { Value } from './ir/value.ts'
import { type Feeds, readFeeds } from './runtime/feeds.ts'
import { type Store, settle } from './runtime/store.ts'

export interface CheckEquationOptions {
  /** The store that states live in. Default: the one they live in already, else a new one. */
  readonly store?: Store
  /** Checks at most so many elements of the gradient, evenly spread. Default: all. */
  readonly most?: number
}

/**
 * The gradient that a backward equation of `explain(J)` gives, beside central differences of J: the
 * graph is cut where the equation stands, so that what flows through that edge is moved and nothing
 * else; where gradients of several uses are added, all uses are cut. In f64, one row for each
 * element; a row passes to 1e-6. At a kink there is no derivative, so nothing is compared.
 *
 * Throws: OPTION where there is no such backward equation; FEED where a feed is missing.
 *
 * @example
 * (await checkEquation(J, 'B4', { x: X, y: Y })).passed // true
 */
export async function checkEquation(
  J: Value,
  id: string,
  feeds: Feeds = {},
  { store: own, most }: CheckEquationOptions = {},
): Promise<EdgeDifferences> {
  const { edgesOf, explanation } = readGraph(J)
  const edges = edgesOf(id)
  if (edges.length === 0) throw unknownEquation(id, explanation.equations)
  const graph = new Graph({ J })
  const store = settle(graph, { store: own, stays: true }, initialise)
  return edgeDifferences(J, edges, {
    feeds: readFeeds(graph.inputs, feeds),
    states: store.contents,
    most,
  })
}

function unknownEquation(
  id: string,
  equations: readonly { readonly id: string; readonly phase: string }[],
): SluiceError {
  const ids = equations.flatMap((one) => (one.phase === 'backward' ? [one.id] : []))
  const [first, last] = [ids[0], ids.at(-1)]
  return new SluiceError({
    code: 'OPTION',
    what: `checkEquation: ${id} is no backward equation`,
    expected: first ? `${first} to ${last}` : 'a J that gradients come back from',
    got: id,
    fix: 'pass an id as explain(J) lists it under backward',
  })
}
