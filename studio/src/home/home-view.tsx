/** Home: the network alive, what the studio is for in a sentence, and the gallery. */
import { useEffect } from 'preact/hooks'
import { formatRoute } from '../address.ts'
import { GraphView } from '../graph/graph-view.tsx'
import { OpenButton } from '../open/open-button.tsx'
import { model, walk } from '../session.ts'
import { beat, isPaused, live, momentAt } from './alive.ts'
import { GalleryView } from './gallery-view.tsx'
import './home.css'

export function HomeView() {
  return (
    <article class="home">
      <header>
        <h2>A network is a graph of gates.</h2>
        <p>
          Values flow forward, gradients flow back: each gate multiplies what reaches it by its own
          derivative and hands it on. Here you can watch every number do so.
        </p>
        <p class="ways">
          <a class="button primary" href={formatRoute({ view: 'learn', parameters: {} })}>
            Step through
          </a>
          <a class="button" href={formatRoute({ view: 'train', parameters: {} })}>
            Train it
          </a>
        </p>
      </header>
      <LiveNetwork />
      <GalleryView />
      <section class="own" aria-labelledby="own-title">
        <h2 id="own-title">Your own</h2>
        <p>
          Drop a file anywhere on this page: a model that <code>sluice train</code> or{' '}
          <code>saveModel</code> saved, a graph as <code>print</code> writes it, a drawing in JSON,
          or a table in CSV to train on. It stays in this browser.
        </p>
        <OpenButton label="Choose a file …" />
      </section>
    </article>
  )
}

function LiveNetwork() {
  useEffect(() => live(() => walk.peek()?.steps.length ?? 0), [])
  const open = model.value
  const way = walk.value
  if (!open || !way) return null
  const at = beat.value
  const { isKnown, active, phase } = momentAt(way, at)
  const step = way.steps[(at ?? 0) - 1]
  return (
    <section class="live" aria-label={open.title}>
      <div class={`picture ${phase ?? 'resting'}`}>
        <GraphView scene={open.scene} isKnown={isKnown} active={active} phase={phase} />
      </div>
      {at !== undefined && (
        <p class="beat">
          <button type="button" onClick={() => (isPaused.value = !isPaused.value)}>
            {isPaused.value ? 'Go on' : 'Pause'}
          </button>
          <span class={phase} aria-hidden="true">
            {step
              ? `${step.id}: ${step.text}`
              : at === 0
                ? 'What is given'
                : 'Every value, every gradient'}
          </span>
        </p>
      )}
    </section>
  )
}
