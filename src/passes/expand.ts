import { expansionOf } from '../gates/expansion.ts'
import { inputName } from '../ir/graph.ts'
import { outputsOf, type Rewrite, reapply, rewriteGraph, rewriteValues } from '../ir/rewrite.ts'
import type { Value } from '../ir/value.ts'
import { definePass, type Pass } from './define.ts'

/**
 * Replaces every composite by the gates that it stands for, to the bottom, so that only primitives
 * are left. They bear the composite's tag; its outputs keep their names and the edges of their
 * gradients.
 */
export const expand: Pass = definePass({
  name: 'expand',
  before: `graph {
  x: f32[2, 4] = input {name: "x"}
  target: f32[2, 4] = input {name: "target"}
  errors: f32[] = mse(x, target) {reduction: "mean"} @recomputed
  output J = errors
}
`,
  after: `graph {
  x: f32[2, 4] = input {name: "x"}
  target: f32[2, 4] = input {name: "target"}
  %2: f32[2, 4] = subtract(x, target) @recomputed
  %3: f32[2, 4] = multiply(%2, %2) @recomputed
  %4: f32[] = sum(%3) {axes: [0, 1], keepDims: false} @recomputed
  %5: f32[] = constant {value: 8, dtype: "f32"} @recomputed
  errors: f32[] = divide(%4, %5) @recomputed
  output J = errors
}
`,
  run: (graph) => {
    const isDone = [...graph.gates].every(({ meaning }) => meaning.kind !== 'composite')
    if (isDone) return graph
    return rewriteGraph(graph, (application, inputs) => open(application, inputs))
  },
})

/**
 * What a composite becomes on these inputs, with `rewrite` applied to each gate that it stands for;
 * undefined for any other gate.
 */
export function open(
  application: Value,
  inputs: readonly Value[],
  rewrite: Rewrite = keep,
  tag: string | undefined = application.tag,
): readonly Value[] | undefined {
  if (application.gate.meaning.kind !== 'composite') return undefined
  const expansion = expansionOf(application)
  // The calls go as deep as composites lie within each other, not as deep as the graph.
  const resolve = rewriteValues(expansion, (inner, given, position) => {
    const { meaning } = inner.gate
    if (meaning.kind === 'source' && meaning.form === 'input') {
      return [inputs[Number(inputName(inner))]]
    }
    const own = tag ?? inner.tag
    if (meaning.kind === 'composite') return open(inner, given, rewrite, own)
    if (meaning.kind === 'source' || own === inner.tag) return rewrite(inner, given, position)
    const tagged = reapply(inner, given, own)
    return rewrite(tagged, given, position) ?? outputsOf(tagged)
  })
  return Object.values(expansion.outputs).map(resolve)
}

const keep: Rewrite = () => undefined
