/** Whether the list of keys is open. */
import { type ReadonlySignal, signal } from '@preact/signals'

const open = signal(false)

export const isHelpOpen: ReadonlySignal<boolean> = open

export function openHelp(): void {
  open.value = true
}

export function closeHelp(): void {
  open.value = false
}

/** `?` opens the list wherever no text is written; what it gives ends that. */
export function followHelpKey(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== '?' || event.defaultPrevented || event.ctrlKey || event.metaKey) return
    const { target } = event
    const isText =
      target instanceof HTMLElement && target.closest('input, textarea, select') !== null
    if (isText) return
    event.preventDefault()
    open.value = true
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}
