/** The panels of Learn one at a time, where the page is narrow. */
import { isNarrow, type PanelName, panel, panels, showPanel } from './view-state.ts'

const titles: Readonly<Record<PanelName, string>> = {
  graph: 'Graph',
  step: 'Step',
  numbers: 'Numbers',
  outline: 'Outline',
}

export function Tabs() {
  if (!isNarrow.value) return null
  const shown = panel.value
  const follow = (event: KeyboardEvent) => {
    const at = panels.indexOf(shown)
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: panels.length - 1 }[event.key]
    const name = to === undefined ? undefined : panels[(to + panels.length) % panels.length]
    if (name === undefined) return
    event.preventDefault()
    showPanel(name)
    document.getElementById(`learn-tab-${name}`)?.focus()
  }
  return (
    <div class="tabs" role="tablist" aria-label="Panels">
      {panels.map((name) => (
        <button
          key={name}
          id={`learn-tab-${name}`}
          type="button"
          role="tab"
          aria-selected={name === shown}
          aria-controls={`learn-${name}`}
          tabIndex={name === shown ? 0 : -1}
          onClick={() => showPanel(name)}
          onKeyDown={follow}
        >
          {titles[name]}
        </button>
      ))}
    </div>
  )
}
