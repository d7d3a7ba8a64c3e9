import { operationKey } from '../ir/equal.ts'
import { outputsOf, reapply, rewriteGraph } from '../ir/rewrite.ts'
import { isSameValue, type Value } from '../ir/value.ts'
import { definePass, type Pass } from './define.ts'

/**
 * Computes once what the graph computes twice (common subexpressions). What is tagged as computed
 * again merges only with what has its tag.
 */
export const merge: Pass = definePass({
  name: 'merge',
  before: `graph {
  x: f32[2, 3] = input {name: "x"}
  %1: f32[3, 2] = transpose(x) {axes: [1, 0]}
  %2: f32[3, 2] = transpose(x) {axes: [1, 0]}
  %3: f32[3, 2] = add(%1, %2)
  output y = %3
}
`,
  after: `graph {
  x: f32[2, 3] = input {name: "x"}
  %1: f32[3, 2] = transpose(x) {axes: [1, 0]}
  %2: f32[3, 2] = add(%1, %1)
  output y = %2
}
`,
  run: (graph) => {
    const first = new Map<string, readonly Value[]>()
    const numbers = new Map<Value, number>()
    let next = 0
    const numberOf = ({ application, index }: Value) => {
      const known = numbers.get(application)
      if (known !== undefined) return known + index
      const fresh = next
      numbers.set(application, fresh)
      next += application.outputCount
      return fresh + index
    }
    return rewriteGraph(graph, (application, inputs) => {
      if (application.gate.meaning.kind === 'source') return undefined
      const key = operationKey(application, inputs.map(numberOf))
      const known = first.get(key)
      if (known) return known
      const isMoved = inputs.some((value, index) => !isSameValue(value, application.input(index)))
      const kept = outputsOf(isMoved ? reapply(application, inputs) : application)
      first.set(key, kept)
      return kept
    })
  },
})
