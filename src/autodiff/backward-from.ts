/** The chain rule over everything that a graph is given. */
import * as gates from '../gates/index.ts'
import { isFloating } from '../ir/dtype.ts'
import { Graph } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { type Backpropagation, backpropagate } from './backpropagate.ts'

/**
 * The chain rule from J back to everything that is given: parameters and inputs. The target of a
 * criterion is left out where it is an input that nothing else reads.
 */
export function backwardFrom(J: Value): Backpropagation {
  const forward = new Graph({ J })
  const sources = [...forward.inputs, ...forward.states].filter(({ dtype }) => isFloating(dtype))
  const targets = new Set<Value>()
  const read = new Set<Value>()
  for (const application of forward.applications) {
    const { operands, targets: named } = application.gate
    application.inputs.forEach((input, index) => {
      const isTarget = named.includes(operands[index] ?? '')
      ;(isTarget ? targets : read).add(input.application)
    })
  }
  const wrt = sources.filter((source) => read.has(source) || !targets.has(source) || source === J)
  const one = gates.full(J.shape, 1, { dtype: J.dtype === 'f64' ? 'f64' : 'f32' })
  return backpropagate([J], [one], wrt)
}
