/** Which nodes of a graph are needed: others are not even looked at. */
import type { NodeMessage } from './schema.ts'

/** The nodes that `outputs` need, and the names that those read. */
export function neededFor(
  outputs: readonly string[],
  nodes: readonly NodeMessage[],
): { readonly nodes: ReadonlySet<NodeMessage>; readonly names: ReadonlySet<string> } {
  const names = new Set(outputs)
  const needed = new Set<NodeMessage>()
  for (const node of nodes.toReversed()) {
    if (!node.output.some((name) => name !== '' && names.has(name))) continue
    needed.add(node)
    for (const name of namesReadBy(node)) names.add(name)
  }
  return { nodes: needed, names }
}

/** The names that a node reads, those that graphs within it read from outside included. */
function namesReadBy(node: NodeMessage): readonly string[] {
  const within = node.attribute.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs))
  const read = within.flatMap((graph) => [
    ...graph.node.flatMap(namesReadBy),
    ...graph.output.map(({ name = '' }) => name),
  ])
  return [...node.input, ...read]
}
