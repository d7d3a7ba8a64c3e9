/** The passes from graph to graph, in their order. */
import type { Graph } from '../ir/graph.ts'
import type { Pass } from './define.ts'
import { expand } from './expand.ts'
import { fold } from './fold.ts'
import { merge } from './merge.ts'
import { together } from './rules.ts'
import { simplify } from './simplify.ts'

export const passes: readonly Pass[] = [expand, simplify, fold, merge]

/**
 * The same outputs and updates, computed with less. Composites stay whole: the interpreter checks
 * labels and indices in the words of the gate that was called.
 */
export function optimise(graph: Graph): Graph {
  return together(graph, [simplify, fold])
}

/** The same outputs and updates in primitives alone, computed with less: what code is made from. */
export function lowerable(graph: Graph): Graph {
  return together(graph, [simplify, fold], { opensComposites: true })
}
