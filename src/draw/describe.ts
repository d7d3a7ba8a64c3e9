/** Says in words what a diagram shows, for those who cannot see it. */
import type { Diagram, DiagramNode } from './diagram.ts'

/** So many operations are told one by one. */
const longestStory = 24

/** The diagram with its title and description. */
export function describe(
  diagram: Omit<Diagram, 'title' | 'description'>,
  subject: string,
): Diagram {
  const { nodes } = diagram
  const operations = nodes.filter(({ kind }) => kind === 'operation' || kind === 'group')
  const given = nodes.filter(({ kind, variable }) => kind === 'variable' && variable !== 'output')
  const story = operations.slice(0, longestStory).map((node) => sentenceOf(node, diagram))
  const more = operations.length - story.length
  const description = [
    `Given: ${given.map(({ label }) => label).join(', ') || 'nothing'}.`,
    ...story,
    ...(more > 0 ? [`And ${more} further operations.`] : []),
  ].join(' ')
  return { title: `The graph of ${subject}`, description, ...diagram }
}

/** `+ takes u1 and b1.` */
function sentenceOf(node: DiagramNode, { nodes, edges }: Pick<Diagram, 'nodes' | 'edges'>): string {
  const label = node.times === undefined ? node.label : `${node.label} ×${node.times}`
  const sources = edges
    .filter(({ to, phase }) => to === node.id && phase === 'forward')
    .map(({ name, from }) => name ?? nodes.find(({ id }) => id === from)?.label ?? '')
  const name = node.gate ?? label
  if (sources.length === 0) return `${name} takes nothing.`
  const last = sources.at(-1)
  const list = sources.length === 1 ? last : `${sources.slice(0, -1).join(', ')} and ${last}`
  return `${node.equation === undefined ? '' : `${node.equation}: `}${name} takes ${list}.`
}
