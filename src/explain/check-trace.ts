/** Whether a trace belongs to the graph that is explained. */
import type { EdgeGradient } from '../autodiff/backpropagate.ts'
import { SluiceError } from '../errors.ts'
import type { Graph } from '../ir/graph.ts'
import type { Trace } from '../ir/trace.ts'

/** Throws OPTION where `values` were traced from another graph. */
export function checkTrace(
  values: Trace,
  { applications }: Graph,
  edges: readonly EdgeGradient[],
): void {
  const isSame =
    values.values.length === applications.length &&
    values.edges.length === edges.length &&
    values.edges.every(({ position, input }, index) => {
      const edge = edges[index]
      return edge?.position === position && edge.input === input
    })
  if (isSame) return
  throw new SluiceError({
    code: 'OPTION',
    what: 'explain: the values were traced from another graph',
    expected: `${applications.length} gates and ${edges.length} gradients`,
    got: `${values.values.length} gates and ${values.edges.length} gradients`,
    fix: 'pass the same J, graph or program to trace and to explain',
  })
}
