/** What a pass is: a function from graph to graph that changes no value. */
import type { Graph } from '../ir/graph.ts'
import { throughBodies } from './bodies.ts'

export interface Pass {
  readonly name: string
  /** Printed IR that the pass changes, and what it becomes: golden test and documentation at once. */
  readonly before: string
  readonly after: string
  readonly run: (graph: Graph) => Graph
}

/** A pass, with its example; it goes into the bodies of scans by itself. */
export function definePass(pass: Pass): Pass {
  return Object.freeze({ ...pass, run: (graph: Graph) => throughBodies(graph, pass.run) })
}
