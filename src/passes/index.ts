/** The passes from graph to graph, in their order. */
import type { Graph } from '../ir/graph.ts'
import type { Pass } from './define.ts'
import { fold } from './fold.ts'
import { merge } from './merge.ts'

export const passes: readonly Pass[] = [fold, merge]

/** The graph after all passes: the same outputs and updates, computed with less. */
export function optimise(graph: Graph): Graph {
  return passes.reduce((current, pass) => pass.run(current), graph)
}
