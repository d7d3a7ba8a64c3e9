/** Where one is in the studio, as the page's address says it. */
import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { formatRoute, parseRoute, type Route } from './address.ts'

const current = signal(parseRoute(location.hash))
export const route: ReadonlySignal<Route> = computed(() => current.value)

addEventListener('hashchange', () => {
  current.value = parseRoute(location.hash)
})

/** Goes to a view, as a link does: the way back leads here. */
export function navigate(to: Route): void {
  location.hash = formatRoute(to)
}

/** Keeps the address in step with what is shown, without a new entry in the history. */
export function replaceRoute(to: Route): void {
  history.replaceState(null, '', formatRoute(to))
  current.value = to
}
