/** The walk through an iteration: which equation each step shows, and what is known by then. */
import type { EquationData } from 'sluice'
import type { Diagram } from 'sluice/draw'

export interface Walk {
  /** In their order: F1 …, B1 …, U1 …. */
  readonly steps: readonly EquationData[]
  /** The step after which an edge's value is known; -1 for what is given. */
  readonly valueAt: ReadonlyMap<string, number>
  /** The step after which the gradient of an edge has come back; absent where none does. */
  readonly gradientAt: ReadonlyMap<string, number>
  /** The node of the diagram that each step happens at, or the edge where it only gives a name. */
  readonly placeOf: readonly (string | undefined)[]
}

export function walkOf(steps: readonly EquationData[], diagram: Diagram): Walk {
  const places = new Map(steps.map(({ id }, index) => [id, index]))
  const nodes = new Map(diagram.nodes.map((node) => [node.id, node]))
  const valueAt = new Map<string, number>()
  const gradientAt = new Map<string, number>()
  for (const { id, from, gradientName } of diagram.edges) {
    valueAt.set(id, places.get(nodes.get(from)?.equation ?? '') ?? -1)
    const back = steps.findIndex(
      ({ phase, output }) => phase === 'backward' && output.name === gradientName,
    )
    if (back >= 0) gradientAt.set(id, back)
  }
  const placeOf = steps.map(({ id, of, output }) => {
    const node = diagram.nodes.find(({ equation }) => equation === (of ?? id))
    // `z3 = ŷ` on an edge: the second name has an equation, and no node.
    return (
      node?.id ?? diagram.edges.find(({ name }) => name?.split(' = ').includes(output.name))?.id
    )
  })
  return { steps, valueAt, gradientAt, placeOf }
}
