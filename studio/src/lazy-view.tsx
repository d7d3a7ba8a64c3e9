/** A view whose code is fetched when it is first shown. */
import { signal } from '@preact/signals'
import type { JSX } from 'preact'

type Show = () => JSX.Element | null

export function lazyView(load: () => Promise<Show>): Show {
  const loaded = signal<Show | undefined>(undefined)
  const failed = signal(false)
  let isAsked = false
  const ask = () => {
    if (isAsked) return
    isAsked = true
    load().then(
      (show) => {
        loaded.value = show
      },
      () => {
        failed.value = true
        isAsked = false // another visit tries again
      },
    )
  }
  return function LazyView() {
    ask()
    if (loaded.value) return <loaded.value />
    return failed.value ? (
      <p class="waiting" role="alert">
        This part of the studio could not be fetched: is the server still running?
      </p>
    ) : (
      <p class="waiting">Fetching this part of the studio …</p>
    )
  }
}
