/** The outlines of the gallery's models, asked for one after the other once the page is there. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { Sketch } from '../engine/file-protocol.ts'
import { gallery } from '../gallery.ts'
import { engine } from '../session.ts'

const known = signal<ReadonlyMap<string, Sketch>>(new Map())
export const sketches: ReadonlySignal<ReadonlyMap<string, Sketch>> = known

/** Asks for those that are missing, until it is told to stop. */
export function gatherSketches(): () => void {
  let isWanted = true
  const gather = async () => {
    for (const { id } of gallery) {
      if (!isWanted) return
      if (known.peek().has(id)) continue
      const sketch = await engine.request({ kind: 'sketch', id }).catch(() => undefined)
      if (sketch) known.value = new Map([...known.peek(), [id, sketch]])
    }
  }
  gather()
  return () => {
    isWanted = false
  }
}
