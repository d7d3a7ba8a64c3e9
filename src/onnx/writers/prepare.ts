/** The graph that is written: composites opened, but for those that are an operator of ONNX. */
import { expansionOf } from '../../gates/expansion.ts'
import { type Graph, inputName } from '../../ir/graph.ts'
import { outputsOf, type Rewrite, reapply, rewriteGraph, rewriteValues } from '../../ir/rewrite.ts'
import type { Value } from '../../ir/value.ts'
import { throughBodies } from '../../passes/bodies.ts'
import { optimise } from '../../passes/index.ts'

/** `isKept` says which composites stay whole. */
export function prepared(graph: Graph, isKept: (composite: Value) => boolean): Graph {
  const opened = throughBodies(graph, (body) => rewriteGraph(body, opening(isKept)))
  return optimise(opened)
}

function opening(isKept: (composite: Value) => boolean): Rewrite {
  const open: Rewrite = (application, inputs) => {
    if (application.gate.meaning.kind !== 'composite' || isKept(application)) return undefined
    const expansion = expansionOf(application)
    // The calls go as deep as composites lie within each other, not as deep as the graph.
    const resolve = rewriteValues(expansion, (inner, given, position) => {
      const { meaning } = inner.gate
      if (meaning.kind === 'source' && meaning.form === 'input') {
        return [inputs[Number(inputName(inner))]]
      }
      return open(inner, given, position) ?? outputsOf(reapply(inner, given))
    })
    return Object.values(expansion.outputs).map(resolve)
  }
  return open
}
