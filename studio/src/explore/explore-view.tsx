/** Explore: a graph of any size, folded, with what is open chosen by whoever looks at it. */
import { useSignal, useSignalEffect } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { SluiceGraph } from 'sluice/element'
import { GraphView } from '../graph/graph-view.tsx'
import { ComparePanel } from './compare-panel.tsx'
import { DetailPanel } from './detail-panel.tsx'
import './explore.css'
import {
  cancelLayout,
  failure,
  findCulprit,
  isLate,
  isolation,
  isPlacing,
  marks,
  message,
  model,
  overlay,
  pathStart,
  reveal,
  select,
  selected,
  showAll,
  shown,
  stopPath,
  toggle,
  waiting,
  waitOn,
} from './exploring.ts'
import { KernelPanel } from './kernel-panel.tsx'
import { gatesText } from './measures.ts'
import { OverlayChooser } from './overlay-chooser.tsx'
import { SearchView } from './search-view.tsx'
import { TreeView } from './tree-view.tsx'

const sides = ['Details', 'Kernels', 'Compare'] as const
type Side = (typeof sides)[number]

export function ExploreView() {
  const element = useRef<SluiceGraph | undefined>(undefined)
  const centred = useRef<string | undefined>(undefined)
  const side = useSignal<Side>('Details')
  // A gate that was searched for comes to the middle once its picture is there.
  const go = async (id: string) => {
    if (await reveal(id)) centred.current = id
    centre()
  }
  const centre = () => {
    const id = centred.current
    if (id === undefined || !element.current) return
    centred.current = undefined
    requestAnimationFrame(() => element.current?.centre(id))
  }
  useLayoutEffect(() => {
    const listening = new AbortController()
    document.addEventListener('keydown', (event) => onKey(event, element.current), {
      signal: listening.signal,
    })
    return () => listening.abort()
  }, [])
  useSignalEffect(() => {
    if (shown.value) centre()
  })
  const open = model.value
  const failed = failure.value
  if (failed) return <Failed title={failed.title} details={failed.details} />
  if (!open) return <p class="waiting">Reading the graph …</p>
  return (
    <article class="explore">
      <header class="explore-head">
        <h2>{open.title}</h2>
        <p>
          {gatesText(open.gates.length)} in {open.groups.length.toLocaleString('en')} groups. Open a
          group by Enter or a double click.
        </p>
      </header>
      <div class="explore-bar">
        <SearchView onChoose={go} />
        <OverlayChooser />
        <button type="button" onClick={findCulprit}>
          Find the first NaN
        </button>
        <button type="button" onClick={() => element.current?.fit()}>
          Fit <kbd>f</kbd>
        </button>
      </div>
      <TreeView onChoose={select} onToggle={toggle} />
      <section class="explore-stage picture" aria-label="The graph">
        <Canvas onElement={(own) => (element.current = own)} />
        <Progress />
        <Notes />
      </section>
      <aside class="explore-side" aria-label="About the graph">
        <div role="tablist" aria-label="About the graph">
          {sides.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              aria-selected={side.value === name}
              onClick={() => (side.value = name)}
            >
              {name}
            </button>
          ))}
        </div>
        {side.value === 'Details' && <DetailPanel onGo={go} />}
        {side.value === 'Kernels' && <KernelPanel onGo={go} />}
        {side.value === 'Compare' && <ComparePanel onGo={go} />}
      </aside>
      <p class="spoken" aria-live="polite">
        {message.value}
      </p>
    </article>
  )
}

function Canvas({ onElement }: { readonly onElement: (own: SluiceGraph | undefined) => void }) {
  const at = shown.value
  if (!at) return <p class="waiting">Placing the graph …</p>
  return (
    <GraphView
      scene={at.scene}
      anchor={at.anchor}
      selected={selected.value}
      overlay={overlay.value?.entries}
      marks={marks.value}
      onSelect={select}
      onOpen={toggle}
      onElement={onElement}
    />
  )
}

function Progress() {
  if (!isPlacing.value && waiting.value === '') return null
  if (waiting.value !== '') return <p class="explore-note">{waiting.value} …</p>
  return (
    <p
      class={`explore-note${isLate.value ? ' late' : ''}`}
      role={isLate.value ? 'alert' : undefined}
    >
      {isLate.value ? 'Placing this takes long.' : 'Placing …'}{' '}
      <button type="button" onClick={cancelLayout}>
        {isLate.value ? 'Keep the groups closed' : 'Cancel'}
      </button>
      {isLate.value && (
        <button type="button" onClick={waitOn}>
          Wait on
        </button>
      )}
    </p>
  )
}

function Notes() {
  const alone = isolation.value
  return (
    <div class="explore-foot">
      {pathStart.value !== undefined && (
        <p>
          Choose where the path leads to.{' '}
          <button type="button" onClick={stopPath}>
            Never mind
          </button>
        </p>
      )}
      {alone && (
        <p>
          {alone.text}{' '}
          <button type="button" onClick={showAll}>
            Show all
          </button>
        </p>
      )}
      {message.value !== alone?.text && <p aria-hidden="true">{message.value}</p>}
    </div>
  )
}

function Failed({ title, details }: NonNullable<typeof failure.value>) {
  return (
    <section class="failure" role="alert">
      <h2>{title}</h2>
      {details.map(([name, text]) => (
        <p key={name}>{text}</p>
      ))}
    </section>
  )
}

function onKey(event: KeyboardEvent, element: SluiceGraph | undefined): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return
  const isTyping =
    event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)
  if (isTyping) return
  if (event.key === '/') {
    event.preventDefault()
    document.querySelector<HTMLInputElement>('.explore-search input')?.focus()
  } else if (event.key === 'f') element?.fit()
  else if (event.key === 'Escape' && pathStart.value !== undefined) stopPath()
}
