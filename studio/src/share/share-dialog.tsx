/** Share: the link to what is shown, and the forms that it can be taken along in. */
import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { route } from '../route.ts'
import { order } from '../train/training.ts'
import { copyText } from './copy.ts'
import { ExportPart } from './export-part.tsx'
import { linkNotes } from './link.ts'
import './share.css'
import { link, type PartProps } from './sharing.ts'
import { followTraining } from './subject.ts'

export function ShareDialog({ close }: { readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const said = useSignal('')
  useLayoutEffect(() => {
    dialog.current?.showModal()
    // Enter does what most come for.
    dialog.current?.querySelector<HTMLElement>('.link .primary')?.focus()
  }, [])
  useEffect(() => {
    // What is shared of a training is the iteration that it stands at.
    if (route.value.view === 'train') order({ do: 'pause' })
    return followTraining()
  }, [])
  const say = (text: string) => {
    said.value = text
  }
  return (
    <dialog
      class="share"
      ref={dialog}
      aria-labelledby="share-title"
      onClose={close}
      // The keys of the view behind it rest.
      onKeyDown={(event) => event.stopPropagation()}
      onClick={({ target }) => target === dialog.current && dialog.current?.close()}
    >
      <div class="sheet">
        <header>
          <h2 id="share-title">Share</h2>
          <button type="button" aria-label="Close" onClick={() => dialog.current?.close()}>
            <span aria-hidden="true">✕</span>
          </button>
        </header>
        <LinkPart say={say} />
        <ExportPart say={say} />
        <p class="said" role="status">
          {said.value}
        </p>
      </div>
    </dialog>
  )
}

function LinkPart({ say }: PartProps) {
  const field = useRef<HTMLInputElement>(null)
  const notes = linkNotes(route.value.parameters, location.hostname)
  return (
    <section class="link" aria-label="Link">
      <label>
        <span>Link to what is shown</span>
        <input
          ref={field}
          type="text"
          readOnly
          value={link.value}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
      </label>
      <button
        type="button"
        class="primary"
        onClick={async () => say(await copyText(link.value, field.current))}
      >
        Copy link
      </button>
      {notes.map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
    </section>
  )
}
