/** The value and the gradient of a gate that was chosen in the graph, as far as they are known. */
import { model, step, walk } from '../session.ts'
import { valueNamed } from './factors.ts'
import { TensorTiles } from './tensor-tiles.tsx'

export function GateNumbers({ node }: { readonly node: string }) {
  const open = model.value
  const way = walk.value
  if (!open || !way) return null
  const { diagram, explanation } = open
  const taken = step.value
  const label = diagram.nodes.find(({ id }) => id === node)?.label ?? ''
  const leaving = diagram.edges.filter(({ from }) => from === node)
  const [edge = diagram.edges.find(({ to }) => to === node)] = leaving
  if (!edge) return null
  const name = (edge.name ?? (leaving.length > 0 ? label : 'J')).split(' = ')[0] ?? ''
  const shape = edge.shape ?? []
  const isKnown = (way.valueAt.get(edge.id) ?? Number.POSITIVE_INFINITY) < taken
  const value = isKnown ? valueNamed(name, explanation) : undefined
  const gradients = leaving.flatMap(({ id }) => {
    const at = way.gradientAt.get(id)
    return at === undefined || at >= taken ? [] : (way.steps[at] ?? [])
  })
  return (
    <div class="factors">
      {value !== undefined && <TensorTiles name={name} shape={shape} value={value} kind="value" />}
      {gradients.map(({ id, output, numbers }) =>
        numbers ? (
          <TensorTiles
            key={id}
            name={output.name}
            shape={output.shape}
            value={numbers.value}
            kind="gradient"
          />
        ) : null,
      )}
      {value === undefined && <p class="quiet">Its value is not computed yet.</p>}
    </div>
  )
}
