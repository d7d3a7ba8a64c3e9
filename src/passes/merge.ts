import { outputsOf, rewriteGraph } from '../ir/rewrite.ts'
import { definePass, type Pass } from './define.ts'
import { Firsts } from './firsts.ts'

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
    const firsts = new Firsts(graph.applications.length)
    return rewriteGraph(graph, (application, inputs) => {
      const first = firsts.of(application, inputs)
      return first === application ? undefined : outputsOf(first)
    })
  },
})
