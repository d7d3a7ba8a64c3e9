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
  const backs = stepsBack(steps)
  const valueAt = new Map<string, number>()
  const gradientAt = new Map<string, number>()
  for (const { id, from, to, gradientName } of diagram.edges) {
    valueAt.set(id, places.get(nodes.get(from)?.equation ?? '') ?? -1)
    if (gradientName === undefined) continue
    const reader = nodes.get(to)?.equation ?? ''
    const back = backs.get(`${gradientName} ${reader}`) ?? backs.get(gradientName)
    if (back !== undefined) gradientAt.set(id, back)
  }
  return { steps, valueAt, gradientAt, placeOf: placesOf(steps, diagram) }
}

/**
 * The backward step of each gradient, by its name, and by that and the equation it comes back
 * through: of a value that is used twice, each edge has its share.
 */
function stepsBack(steps: readonly EquationData[]): ReadonlyMap<string, number> {
  const backs = new Map<string, number>()
  const note = (key: string, index: number) => {
    if (!backs.has(key)) backs.set(key, index)
  }
  steps.forEach(({ phase, output, of }, index) => {
    if (phase !== 'backward') return
    const [name = ''] = output.name.split(' (via ')
    if (of !== undefined) note(`${name} ${of}`, index)
    note(output.name, index)
  })
  return backs
}

function placesOf(
  steps: readonly EquationData[],
  { nodes, edges }: Diagram,
): readonly (string | undefined)[] {
  const gates = new Map(nodes.flatMap(({ id, equation }) => (equation ? [[equation, id]] : [])))
  const named = new Map<string, string>()
  const sources = new Map<string, string>()
  for (const { id, from, name, gradientName } of edges) {
    // `z3 = ŷ` on an edge: the second name has an equation, and no node.
    for (const one of name?.split(' = ') ?? []) named.set(one, named.get(one) ?? id)
    if (gradientName !== undefined) sources.set(gradientName, from)
  }
  // Where the shares of a gradient are added stands the value that is used more than once.
  return steps.map(({ id, of, adds, output }) =>
    adds ? sources.get(output.name) : (gates.get(of ?? id) ?? named.get(output.name)),
  )
}
