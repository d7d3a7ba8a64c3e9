/** Learn: one iteration, step by step, with the graph, the equation and its numbers side by side. */
import { useLayoutEffect } from 'preact/hooks'
import { openHelp } from '../help/help.ts'
import { model, step, walk } from '../session.ts'
import { startChecking } from './check.ts'
import { GraphPane } from './graph-pane.tsx'
import { Inspector } from './inspector.tsx'
import { followKeys } from './keys.ts'
import './learn.css'
import { OutlineView } from './outline-view.tsx'
import { startPlayer } from './player.ts'
import { PredictView } from './predict-view.tsx'
import { isPredicting, setPredicting } from './quiz.ts'
import { SearchView } from './search-view.tsx'
import { selected } from './selection.ts'
import { spokenOf } from './spoken.ts'
import { Tabs } from './tabs.tsx'
import { Timeline } from './timeline.tsx'
import { followWidth, isNarrow, isOutlineOpen, toggleOutline } from './view-state.ts'

export function LearnView() {
  // Before the picture is painted: a key may come as soon as it is seen.
  useLayoutEffect(() => {
    const ends = [followKeys(), followWidth(), startPlayer(), startChecking()]
    return () => {
      for (const end of ends) end()
    }
  }, [])
  const open = model.value
  const way = walk.value
  if (!open || !way) return null
  const node = open.diagram.nodes.find(({ id }) => id === selected.value)
  return (
    <article class="learn">
      <header class="heading">
        <div>
          <h2>{open.title}</h2>
          <p class="quiet">{open.about}</p>
        </div>
        <SearchView />
        <label class="toggle">
          <input
            type="checkbox"
            role="switch"
            checked={isPredicting.value}
            aria-checked={isPredicting.value}
            onChange={({ currentTarget }) => setPredicting(currentTarget.checked)}
          />{' '}
          Predict
        </label>
        {!isNarrow.value && (
          <button type="button" aria-expanded={isOutlineOpen.value} onClick={toggleOutline}>
            Outline <kbd>o</kbd>
          </button>
        )}
        <button type="button" onClick={openHelp}>
          Keys <kbd>?</kbd>
        </button>
      </header>
      <Tabs />
      <div class="stage">
        <GraphPane />
        <OutlineView />
      </div>
      <Timeline />
      <PredictView />
      <Inspector />
      <p class="spoken" aria-live="polite" data-is="spoken">
        {spokenOf(way.steps[step.value - 1], {
          ...{ taken: step.value, count: way.steps.length },
          selected: node && (node.hint ?? node.label),
        })}
      </p>
    </article>
  )
}
