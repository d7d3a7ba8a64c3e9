/** From a graph to the kernels that code is generated from; what has been made is remembered. */
import { isSameGraph } from '../ir/equal.ts'
import { type Graph, inputName, stateOf } from '../ir/graph.ts'
import type { Kernels } from '../kernel/kernels.ts'
import { lower } from '../kernel/lower.ts'
import { addChecks } from './check.ts'
import { compact } from './compact.ts'
import { fuse } from './fuse.ts'
import { lowerable } from './index.ts'
import { releaseEarly } from './release-early.ts'
import { splitReductions } from './split-reduction.ts'

/**
 * The kernels of a graph, with their memory planned. A graph of the same structure, with the same
 * names, gives the same object, as long as someone still holds it.
 */
export function kernelsOf(graph: Graph): Kernels {
  const outline = outlineOf(graph)
  const alike = known.get(outline) ?? []
  for (const entry of alike) {
    const held = entry.kernels.deref()
    if (held && isAlike(entry.graph, graph)) return held
  }
  const prepared = lowerable(graph)
  const fused = fuse(lower(prepared))
  const planned = releaseEarly(addChecks(compact(splitReductions(fused))))
  const made: Kernels = { graph: prepared, ...planned }
  forget()
  known.set(outline, [...alike, { graph, kernels: new WeakRef(made) }])
  return made
}

interface Entry {
  readonly graph: Graph
  readonly kernels: WeakRef<Kernels>
}

// A cache, not a registry: an entry lasts as long as a program that was made from it.
const known = new Map<string, readonly Entry[]>()
let room = 64

/** Drops the entries whose kernels are gone, now and then. */
function forget(): void {
  if (known.size < room) return
  for (const [outline, entries] of known) {
    const held = entries.filter(({ kernels }) => kernels.deref())
    if (held.length === 0) known.delete(outline)
    else known.set(outline, held)
  }
  room = Math.max(64, 2 * known.size)
}

/** What graphs of one structure share, and few others: quickly told. */
function outlineOf({ applications, slotCount, inputs, states, outputs }: Graph): string {
  const names = inputs.map(inputName)
  const keys = states.map((state) => stateOf(state).key)
  return JSON.stringify([applications.length, slotCount, names, keys, Object.keys(outputs)])
}

/** Structure alone says nothing of names, which feeds, stores and explanations go by. */
function isAlike(a: Graph, b: Graph): boolean {
  if (!isSameGraph(a, b)) return false
  const names = b.names()
  const isNamed = [...a.names()].every(([slot, name]) => names.get(slot) === name)
  return isNamed && a.names().size === names.size
}
