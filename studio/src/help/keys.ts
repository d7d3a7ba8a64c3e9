/** The keys of the studio, by view: what the dialog of `?` lists. A view adds its own here. */
import type { ViewName } from '../address.ts'

export interface KeyRow {
  readonly keys: readonly string[]
  readonly does: string
}

export const keysEverywhere: readonly KeyRow[] = [
  { keys: ['?'], does: 'this list' },
  { keys: ['tab'], does: 'to the next control' },
]

export const keysOfViews: Readonly<Partial<Record<ViewName, readonly KeyRow[]>>> = {
  learn: [
    { keys: ['.'], does: 'a step on' },
    { keys: [','], does: 'a step back' },
    { keys: [']', '['], does: 'to the end of this phase, to that of the one before' },
    { keys: ['home', 'end'], does: 'before the first step, after the last' },
    { keys: ['space'], does: 'play and pause' },
    { keys: ['←', '→', '↑', '↓'], does: 'along the edges of the graph, from gate to gate' },
    { keys: ['enter'], does: 'to the step of the gate that is selected' },
    { keys: ['esc'], does: 'back to the present step' },
    { keys: ['/'], does: 'search equations and names' },
    { keys: ['f'], does: 'the whole graph, or numbers that can be read' },
    { keys: ['o'], does: 'the outline' },
  ],
}
