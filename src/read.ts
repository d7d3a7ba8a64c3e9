/** Reading values without compiling anything: what they need is interpreted, from the states as they are now. */
import { traceGraph } from './autodiff/trace.ts'
import { initialise } from './compile.ts'
import { evaluate } from './interpret/interpret.ts'
import type { TypedArrayOf } from './ir/dtype.ts'
import { Graph, inputName, type Update } from './ir/graph.ts'
import type { NestedArray, Tensor } from './ir/tensor.ts'
import type { Trace } from './ir/trace.ts'
import { Value } from './ir/value.ts'
import { type Feeds, readFeeds } from './runtime/feeds.ts'
import { type Store, settle } from './runtime/store.ts'

declare module './ir/value.ts' {
  interface Value<S, D> {
    /** The elements, row-major: runs what the value needs, from the states as they are now. */
    data(feeds?: Feeds, options?: ReadOptions): Promise<TypedArrayOf<D>>
    /** Nested arrays, or a number for a scalar. */
    array(feeds?: Feeds, options?: ReadOptions): Promise<NestedArray>
    /** The one element of a value that has one. */
    item(feeds?: Feeds, options?: ReadOptions): Promise<number>
  }
}

export interface ReadOptions {
  /** The store that states live in. Default: the one they live in already, else a new one. */
  readonly store?: Store
  /** `f64` computes f32 in f64. Default: every gate in its own dtype. */
  readonly precision?: 'declared' | 'f64'
}

/** The contents of a value: runs what it needs. Throws FEED for an input that is not fed. */
export function readValue(value: Value, feeds: Feeds = {}, options: ReadOptions = {}): Tensor {
  const graph = new Graph({ value })
  const store = settle(graph, { store: options.store, stays: true }, initialise)
  const { outputs } = evaluate(graph, {
    feeds: readFeeds(graph.inputs, neededFeeds(graph, feeds)),
    states: store.contents,
    ...(options.precision && { precision: options.precision }),
  })
  return outputs.value as Tensor // the graph's only output
}

/** One dictionary of feeds serves many reads: a value takes of it what it depends on. */
function neededFeeds({ inputs }: Graph, feeds: Feeds): Feeds {
  const names = new Set(inputs.map(inputName))
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => names.has(name)))
}

/**
 * Every value, local gradient and gradient of J for these feeds, as plain data; of a program's
 * graph also what its updates would make of its states. No state changes.
 *
 * @example
 * const values = await trace(J, { x: X, y: Y })
 * console.log(explain(J, { values }).toText())
 */
export async function trace(
  target: Value | Graph | { readonly graph: Graph; readonly store: Store },
  feeds: Feeds = {},
  options: ReadOptions = {},
): Promise<Trace> {
  const { J, updates, graph, store: own } = resolve(target)
  const store = settle(graph, { store: options.store ?? own, stays: true }, initialise)
  return traceGraph(J, updates, {
    feeds: readFeeds(graph.inputs, feeds),
    states: store.contents,
    ...(options.precision && { precision: options.precision }),
  })
}

interface Target {
  readonly J: Value
  readonly updates: readonly Update[]
  readonly graph: Graph
  readonly store?: Store
}

function resolve(target: Value | Graph | { readonly graph: Graph; readonly store: Store }): Target {
  if (target instanceof Value) return { J: target, updates: [], graph: new Graph({ J: target }) }
  const graph = target instanceof Graph ? target : target.graph
  const J = graph.criterion()
  return {
    J,
    updates: graph.updates,
    graph,
    ...(!(target instanceof Graph) && { store: target.store }),
  }
}
