/** The button of the header that opens Share, and its key; the dialog itself is loaded by then. */
import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { model } from '../session.ts'

interface DialogProps {
  readonly close: () => void
}

const isOpen = signal(false)
const Dialog = signal<ComponentType<DialogProps> | undefined>(undefined)

async function open(): Promise<void> {
  if (!model.value) return
  isOpen.value = true
  Dialog.value ??= (await import('./share-dialog.tsx')).ShareDialog
}

export function ShareButton() {
  useEffect(() => {
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  const Loaded = Dialog.value
  return (
    <>
      <button type="button" disabled={!model.value} onClick={open} aria-keyshortcuts="s">
        Share <kbd>s</kbd>
      </button>
      {isOpen.value && Loaded && (
        <Loaded
          close={() => {
            isOpen.value = false
          }}
        />
      )}
    </>
  )
}

function onKey(event: KeyboardEvent): void {
  if (event.key !== 's' || event.altKey || event.ctrlKey || event.metaKey) return
  const { target } = event
  if (target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return
  event.preventDefault()
  open()
}
