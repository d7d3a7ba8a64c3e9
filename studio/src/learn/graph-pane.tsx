/** The graph, with the present step in it and the gate that was chosen. */
import { GraphView } from '../graph/graph-view.tsx'
import { model, step, walk } from '../session.ts'
import { goToSelected, keepGraph, select, selected } from './selection.ts'
import { isFitted, panelProps } from './view-state.ts'

export function GraphPane() {
  const open = model.value
  const way = walk.value
  if (!open || !way) return null
  const taken = step.value
  const isKnown = (what: 'value' | 'gradient', edge: string) => {
    const times = what === 'value' ? way.valueAt : way.gradientAt
    return (times.get(edge) ?? Number.POSITIVE_INFINITY) < taken
  }
  return (
    <section class="picture" aria-label="The graph" {...panelProps('graph')}>
      <GraphView
        scene={open.scene}
        isKnown={isKnown}
        active={way.placeOf[taken - 1]}
        phase={way.steps[taken - 1]?.phase}
        selected={selected.value}
        isFitted={isFitted.value}
        onElement={keepGraph}
        onSelect={selectNode}
        onOpen={goToSelected}
      />
    </section>
  )
}

/** Edges have no step of their own. */
function selectNode(id: string | undefined): void {
  select(model.value?.diagram.nodes.find((node) => node.id === id)?.id)
}
