/** Runs a graph with its gradients on the reference evaluator and keeps every number. */

import * as gates from '../gates/index.ts'
import { evaluate, type InterpretOptions } from '../interpret/interpret.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Trace, TracedEdge } from '../ir/trace.ts'
import type { Value } from '../ir/value.ts'
import { applyRule, type EdgeGradient } from './backpropagate.ts'
import { backwardFrom } from './backward-from.ts'

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
