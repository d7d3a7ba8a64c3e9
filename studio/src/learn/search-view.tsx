/** A field that finds equations and values, and goes there. */
import { useComputed, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { goTo, model } from '../session.ts'
import { type Finding, findIn } from './find.ts'

/** By which `/` finds the field. */
export const searchId = 'learn-search'

export function SearchView() {
  const typed = useSignal('')
  const at = useSignal(0)
  const field = useRef<HTMLInputElement>(null)
  const found = useComputed(() => {
    const open = model.value
    return open ? findIn(open.explanation, typed.value) : []
  })
  const leave = () => {
    typed.value = ''
    field.current?.blur()
  }
  const choose = (finding: Finding | undefined) => {
    if (!finding) return
    goTo(finding.step + 1)
    leave()
  }
  const onKey = (event: KeyboardEvent) => {
    const count = found.value.length
    if (event.key === 'Escape') leave()
    else if (event.key === 'Enter') choose(found.value[at.value])
    else if (event.key === 'ArrowDown') at.value = Math.min(at.value + 1, count - 1)
    else if (event.key === 'ArrowUp') at.value = Math.max(at.value - 1, 0)
    else return
    event.preventDefault()
  }
  const isOpen = typed.value.trim() !== ''
  const findings = found.value
  return (
    <div class="search">
      <input
        ref={field}
        id={searchId}
        role="combobox"
        aria-label="Search equations and names"
        aria-expanded={isOpen}
        aria-controls="learn-findings"
        aria-activedescendant={isOpen && findings.length > 0 ? `finding-${at.value}` : undefined}
        placeholder="Search  /"
        autocomplete="off"
        value={typed.value}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value
          at.value = 0
        }}
        onKeyDown={onKey}
      />
      {isOpen && (
        <div class="findings" id="learn-findings" role="listbox" aria-label="Found">
          {findings.map((finding, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus
            <div
              key={`${finding.id} ${finding.step}`}
              id={`finding-${index}`}
              role="option"
              aria-selected={index === at.value}
              onPointerDown={(event) => {
                event.preventDefault()
                choose(finding)
              }}
            >
              <b>{finding.id}</b> {finding.text}
            </div>
          ))}
          {findings.length === 0 && <p class="quiet">Nothing is called that.</p>}
        </div>
      )}
    </div>
  )
}
