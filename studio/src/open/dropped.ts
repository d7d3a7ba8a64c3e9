/** The table that was dropped or chosen last, for Train to learn from; undefined before that. */
import { type ReadonlySignal, signal } from '@preact/signals'

/** A CSV file as it was read: its rows are not checked yet. */
export interface DroppedTable {
  readonly name: string
  readonly text: string
}

const table = signal<DroppedTable | undefined>(undefined)

export const droppedTable: ReadonlySignal<DroppedTable | undefined> = table

export function takeTable(taken: DroppedTable): void {
  table.value = taken
}
