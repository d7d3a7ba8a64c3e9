/** Passes go into the bodies of loops. */
import { applyGateToAll } from '../ir/apply-gate.ts'
import { Graph } from '../ir/graph.ts'
import { rewriteGraph } from '../ir/rewrite.ts'

/**
 * `graph` after `run`, and the bodies of its scans after it too, at every level. A body keeps its
 * outputs and their order; of its inputs, whose names say which operand they stand for, it keeps
 * those that it still needs. A body that scans share stays shared.
 */
export function throughBodies(graph: Graph, run: (graph: Graph) => Graph): Graph {
  const done = new Map<Graph, Graph>()
  const visit = (current: Graph): Graph => {
    const known = done.get(current)
    if (known) return known
    // The outer graph first: what it no longer needs is not looked into.
    const result = run(current)
    const whole = [...result.gates].some(({ meaning }) => meaning.kind === 'scan')
      ? rewriteGraph(result, ({ gate, attributes, tag }, inputs) => {
          if (gate.meaning.kind !== 'scan' || !(attributes.body instanceof Graph)) return undefined
          const body = visit(attributes.body)
          if (body === attributes.body) return undefined
          return applyGateToAll(gate, inputs, { ...attributes, body }, tag)
        })
      : result
    done.set(current, whole)
    return whole
  }
  return visit(graph)
}
