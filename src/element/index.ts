/** `<sluice-graph>`: importing this defines the element, where there is a page. */
/// <reference lib="dom" preserve="true" />
import { SluiceGraph } from './sluice-graph.ts'
import type { View } from './viewport.ts'

export type { Knowledge, Mark, OverlayEntry } from './look.ts'
export type { Arrow } from './neighbours.ts'
export { SluiceGraph } from './sluice-graph.ts'
export type { ElementTheme } from './styles.ts'
export type { View } from './viewport.ts'

if (globalThis.customElements?.get('sluice-graph') === undefined) {
  globalThis.customElements?.define('sluice-graph', SluiceGraph)
}

declare global {
  interface HTMLElementTagNameMap {
    'sluice-graph': SluiceGraph
  }

  interface GlobalEventHandlersEventMap {
    /** Another node or edge is chosen, or none. */
    'sluice-select': CustomEvent<{ readonly id: string | undefined }>
    /** A node or an edge was clicked twice, or Enter pressed on it. */
    'sluice-open': CustomEvent<{ readonly id: string }>
    /** Another part is seen. */
    'sluice-view': CustomEvent<View>
    'sluice-error': CustomEvent<{ readonly error: unknown }>
  }
}
