/** Two graphs side by side: what this one has more, less, or otherwise. */
import { gallery } from '../gallery.ts'
import { compareWith, compareWithFile, comparison, index, model, nameOf } from './exploring.ts'

/** So many of each are listed. */
const most = 40

export function ComparePanel({ onGo }: { readonly onGo: (id: string) => void }) {
  const told = comparison.value
  const idAt = (position: number) => index.value?.gates[position]?.id ?? ''
  return (
    <section class="explore-panel">
      <label>
        Compare with{' '}
        <select
          onChange={({ currentTarget: { value } }) =>
            compareWith(value === '' ? undefined : { from: 'gallery', id: value, seed: 1 })
          }
        >
          <option value="">nothing</option>
          {gallery
            .filter(({ id }) => id !== model.value?.id)
            .map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
        </select>
      </label>
      <label class="file">
        or with a file{' '}
        <input
          type="file"
          onChange={({ currentTarget: { files } }) => {
            const file = files?.[0]
            if (file) compareWithFile(file)
          }}
        />
      </label>
      {told && (
        <>
          <p>
            Against {told.title}: {told.added.length} added, {told.removed.length} removed,{' '}
            {told.changed.length} changed.
          </p>
          <Changes
            title="+ Only here"
            items={told.added.map((at) => [idAt(at), nameOf(idAt(at))])}
            {...{ onGo }}
          />
          <Changes
            title="~ Otherwise here"
            items={told.changed.map(({ gate, was }) => [
              idAt(gate),
              `${nameOf(idAt(gate))}: ${was}`,
            ])}
            {...{ onGo }}
          />
          <Changes
            title="− Only there"
            items={told.removed.map(({ label, before }) => [idAt(before), label])}
            {...{ onGo }}
          />
        </>
      )}
    </section>
  )
}

interface ChangesProps {
  readonly title: string
  readonly items: readonly (readonly [id: string, text: string])[]
  readonly onGo: (id: string) => void
}

function Changes({ title, items, onGo }: ChangesProps) {
  if (items.length === 0) return null
  return (
    <>
      <h3>{title}</h3>
      <ul class="changes">
        {items.slice(0, most).map(([id, text], at) => (
          <li key={at}>
            <button type="button" onClick={() => onGo(id)} disabled={id === ''}>
              {text}
            </button>
          </li>
        ))}
        {items.length > most && <li>… {items.length - most} more</li>}
      </ul>
    </>
  )
}
