/** What is written and read by nothing is left out. */
import type { GraphDraft, NodeDraft, Setting, Wire } from './graph-writer.ts'

export interface Pruned {
  readonly nodes: readonly NodeDraft[]
  /** What is read, by loops from outside too. */
  readonly read: ReadonlySet<Wire>
}

/** The nodes that the outputs need, in their order. */
export function pruned({ nodes, outputs }: Pick<GraphDraft, 'nodes' | 'outputs'>): Pruned {
  const read = new Set(outputs)
  const kept: NodeDraft[] = []
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((wire) => read.has(wire))) continue
    const settings: Record<string, Setting> = { ...node.settings }
    for (const [name, setting] of Object.entries(settings)) {
      if (!('graph' in setting)) continue
      const inner = pruned(setting.graph)
      settings[name] = { graph: { ...setting.graph, nodes: inner.nodes } }
      for (const wire of inner.read) read.add(wire)
    }
    for (const wire of node.inputs) if (wire) read.add(wire)
    kept.push({ ...node, settings })
  }
  return { nodes: kept.toReversed(), read }
}
