/** Runs a graph with its gradients on the reference evaluator and keeps every number. */

import * as gates from '../gates/index.ts'
import { evaluate, type InterpretOptions } from '../interpret/interpret.ts'
import { isFloating } from '../ir/dtype.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Trace, TracedEdge } from '../ir/trace.ts'
import type { Value } from '../ir/value.ts'
import {
  applyRule,
  type Backpropagation,
  backpropagate,
  type EdgeGradient,
} from './backpropagate.ts'

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

/** Every value, local gradient and gradient of J, and the new states of `updates`. */
export function traceGraph(J: Value, updates: Graph['updates'], options: InterpretOptions): Trace {
  const { forward, edges } = backwardFrom(J)
  const outputs: Record<string, Value> = {}
  const note = (name: string, value: Value | undefined) => {
    if (value) outputs[name] = value
  }
  forward.applications.forEach((application, position) => {
    for (let k = 0; k < application.outputCount; k++)
      note(`value ${position} ${k}`, application.output(k))
  })
  edges.forEach((edge, index) => {
    note(`downstream ${index}`, edge.downstream)
    note(`local ${index}`, localGradient(forward, edge))
    edge.upstreams.forEach((upstream, k) => {
      note(`upstream ${index} ${k}`, upstream)
    })
  })
  const ofUpdates = new Graph({}, updates).states.filter((read) => forward.slotOf(read) < 0)
  for (const read of ofUpdates) note(`state ${stateOf(read).key}`, read)
  const result = evaluate(new Graph(outputs, updates), options)
  const at = (name: string): Tensor | undefined => result.outputs[name]
  return {
    values: forward.applications.map((application, position) =>
      application.outputTypes.flatMap((_, k) => at(`value ${position} ${k}`) ?? []),
    ),
    edges: edges.flatMap(({ position, input, upstreams }, index): TracedEdge[] => {
      const downstream = at(`downstream ${index}`)
      if (!downstream) return []
      const reached = upstreams.map((_, k) => at(`upstream ${index} ${k}`))
      return [{ position, input, upstreams: reached, local: at(`local ${index}`), downstream }]
    }),
    states: Object.fromEntries(
      ofUpdates.flatMap((read) => {
        const { key } = stateOf(read)
        const contents = at(`state ${key}`)
        return contents ? [[key, contents] as const] : []
      }),
    ),
    updates: Object.fromEntries(
      updates.flatMap((update, index) => {
        const value = result.updates[index]
        return value ? [[stateOf(update.state).key, value] as const] : []
      }),
    ),
  }
}

function localGradient(forward: Graph, { position, input }: EdgeGradient): Value | undefined {
  const application = forward.applications[position] as Value // the edge's own position
  const { gate } = application
  if (gate.meaning.kind === 'contract') return application.input(1 - input)
  if (gate.meaning.kind !== 'element' && gate.role !== 'criterion') return undefined
  const { shape, dtype } = application
  const unit = gates.full(shape, 1, { dtype: dtype === 'f64' ? 'f64' : 'f32' })
  return applyRule(application, [unit])[input]
}
