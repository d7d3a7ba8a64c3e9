/** The search field: finds what closed groups hide, and opens the groups around it. */
import { useComputed, useSignal } from '@preact/signals'
import { index } from './exploring.ts'
import { type Found, find } from './search.ts'

export function SearchView({ onChoose }: { readonly onChoose: (id: string) => void }) {
  const wanted = useSignal('')
  const place = useSignal(0)
  const found = useComputed((): readonly Found[] => {
    const own = index.value
    return own ? find(own, wanted.value) : []
  })
  const list = found.value
  const choose = (one: Found | undefined) => {
    if (!one) return
    wanted.value = ''
    onChoose(one.id)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const last = list.length - 1
    if (event.key === 'ArrowDown') place.value = Math.min(place.value + 1, last)
    else if (event.key === 'ArrowUp') place.value = Math.max(place.value - 1, 0)
    else if (event.key === 'Enter') choose(list[place.value])
    else if (event.key === 'Escape') wanted.value = ''
    else return
    event.preventDefault()
  }
  return (
    <div class="explore-search">
      <input
        role="combobox"
        autocomplete="off"
        aria-label="Search gates, names and keys"
        aria-controls="explore-found"
        aria-expanded={list.length > 0}
        aria-activedescendant={list.length > 0 ? `found-${place.value}` : undefined}
        placeholder="Search gates, names, keys  /"
        value={wanted.value}
        onInput={({ currentTarget }) => {
          wanted.value = currentTarget.value
          place.value = 0
        }}
        onKeyDown={onKeyDown}
      />
      {wanted.value.trim() !== '' && (
        <div class="findings" id="explore-found" role="listbox" aria-label="Found">
          {list.map((one, at) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus
            <div
              key={one.id}
              id={`found-${at}`}
              role="option"
              aria-selected={at === place.value}
              onMouseDown={(event) => {
                event.preventDefault() // the field keeps the focus
                choose(one)
              }}
            >
              <strong>{one.title}</strong> <small>{one.detail}</small>
            </div>
          ))}
          {list.length === 0 && <p class="none">Nothing is called so.</p>}
        </div>
      )}
    </div>
  )
}
