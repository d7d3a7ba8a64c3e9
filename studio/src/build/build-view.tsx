/** Build: a model as a list of layers and as a graph of gates, side by side; its code below. */
import { useSignal, useSignalEffect } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'
import { formatRoute } from '../address.ts'
import { route } from '../route.ts'
import {
  document as built,
  change,
  checked,
  history,
  link,
  openLink,
  problem,
  redoChange,
  spoken,
  undoChange,
} from './building.ts'
import { CodePart } from './code-part.tsx'
import { GraphPart } from './graph-part.tsx'
import { TitleField } from './model-fields.tsx'
import { starts } from './starts.ts'
import { StepList } from './step-list.tsx'
import { trainingOf } from './training-of.ts'
import 'sluice/element'
import './build.css'

/** On a phone one is seen at a time. */
const parts = [
  { id: 'layers', title: 'Layers' },
  { id: 'gates', title: 'Gates' },
  { id: 'code', title: 'Code' },
] as const
type PartName = (typeof parts)[number]['id']

export function BuildView() {
  useSignalEffect(() => {
    const { view, parameters } = route.value
    if (view === 'build') openLink(parameters.document)
  })
  useLayoutEffect(() => {
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  const part = useSignal<PartName>('layers')
  return (
    <article class="build" data-part={part.value}>
      <Header />
      {problem.value !== undefined && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <div class="parts" role="tablist" aria-label="Parts of the view">
        {parts.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            aria-selected={part.value === id}
            onClick={() => {
              part.value = id
            }}
          >
            {title}
          </button>
        ))}
      </div>
      <div class="sides">
        <section class="layers" aria-label="Layers">
          <StepList />
        </section>
        <div class="other">
          <GraphPart />
          <CodePart />
        </div>
      </div>
      <p class="spoken" aria-live="polite">
        {spoken.value}
      </p>
    </article>
  )
}

function Header() {
  const { past, future, present } = history.value
  const start = Object.entries(starts).find(([, { title }]) => title === present.title)
  return (
    <header class="tools">
      <div class="headline">
        <h2>
          <TitleField />
        </h2>
        <p class="quiet">
          {present.steps.length} steps, {checked.value?.check.parameters ?? 0} numbers to learn
        </p>
      </div>
      <label>
        <span>Begin with</span>
        <select
          value={start?.[0] ?? ''}
          onChange={({ currentTarget }) => {
            const chosen = starts[currentTarget.value]
            if (chosen) change(chosen, `${chosen.title} opened`)
          }}
        >
          {!start && <option value="">a model of one's own</option>}
          {Object.entries(starts).map(([name, { title }]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <div class="row">
        <button type="button" disabled={past.length === 0} onClick={undoChange}>
          Undo <kbd>Ctrl Z</kbd>
        </button>
        <button type="button" disabled={future.length === 0} onClick={redoChange}>
          Redo <kbd>Ctrl Y</kbd>
        </button>
      </div>
      <Onward />
    </header>
  )
}

/** The ways to the other views, with what is built. */
function Onward() {
  const isBroken = checked.value?.check.broken !== undefined
  const training = trainingOf(built.value)
  const parameters = { model: 'build', document: link.value }
  return (
    <div class="onward">
      <div class="row">
        {isBroken ? (
          <button type="button" class="primary" disabled>
            Step through
          </button>
        ) : (
          <a class="button primary" href={formatRoute({ view: 'learn', parameters })}>
            Step through
          </a>
        )}
        <a
          class="button"
          href={formatRoute({ view: 'train', parameters: { document: link.value } })}
          aria-describedby={'reason' in training ? 'no-training' : undefined}
        >
          Train it
        </a>
      </div>
      {'reason' in training && (
        <p class="quiet" id="no-training">
          Train cannot start: {training.reason}.
        </p>
      )}
    </div>
  )
}

function onKey(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return
  const key = event.key.toLowerCase()
  const isRedo = key === 'y' || (key === 'z' && event.shiftKey)
  if (key !== 'z' && !isRedo) return
  // What is being typed has an undo of its own.
  const { target } = event
  if (target instanceof HTMLTextAreaElement) return
  if (target instanceof HTMLInputElement && target.value !== (target.dataset.own ?? target.value))
    return
  event.preventDefault()
  if (isRedo) redoChange()
  else undoChange()
}
