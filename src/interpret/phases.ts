/** Which part of a training step each application belongs to. */
import type { Graph } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'

export type Phase = 'forward' | 'backward' | 'update'

const memo = new WeakMap<Graph, readonly Phase[]>()

/**
 * The phase of every application, by position. A value with an edge of the forward graph is a
 * gradient; what only gradients need is backward, and what only updates need beyond that, update.
 */
export function phasesOf(graph: Graph): readonly Phase[] {
  const known = memo.get(graph)
  if (known) return known
  const phases = classify(graph)
  memo.set(graph, phases)
  return phases
}

const rank = { forward: 0, backward: 1, update: 2 }

function classify(graph: Graph): readonly Phase[] {
  // Seen from its users: forward where a forward gate or an output reads it, else what reads it.
  const phases = new Array<Phase | undefined>(graph.applications.length)
  const isGradient = new Uint8Array(graph.applications.length)
  const isForward = new Uint8Array(graph.applications.length)
  const claim = (position: number, phase: Phase, view: Value) => {
    if (view.isGradient) isGradient[position] = 1
    else if (phase === 'forward') isForward[position] = 1
    const own: Phase = view.isGradient && phase !== 'backward' ? 'backward' : phase
    const before = phases[position]
    if (before === undefined || rank[own] < rank[before]) phases[position] = own
  }
  for (const value of Object.values(graph.outputs)) {
    claim(graph.positionOf(value), value.isGradient ? 'backward' : 'forward', value)
  }
  for (const { value } of graph.updates) claim(graph.positionOf(value), 'update', value)
  const positions = positionsBySlot(graph)
  for (let position = graph.applications.length - 1; position >= 0; position--) {
    const application = graph.applications[position] as Value // position is inside
    // A pass may have found that a gradient is a forward value: exp is its own derivative.
    const isOnlyGradient = isGradient[position] === 1 && isForward[position] === 0
    const phase: Phase = isOnlyGradient ? 'backward' : (phases[position] ?? 'forward')
    phases[position] = phase
    for (let k = 0; k < application.inputCount; k++) {
      claim(positions[graph.inputSlot(position, k)] ?? 0, phase, application.input(k))
    }
  }
  return phases.map((phase) => phase ?? 'forward')
}

function positionsBySlot(graph: Graph): Int32Array {
  const positions = new Int32Array(graph.slotCount)
  graph.applications.forEach((_, position) => {
    positions.fill(position, graph.firstSlot(position), graph.firstSlot(position + 1))
  })
  return positions
}
