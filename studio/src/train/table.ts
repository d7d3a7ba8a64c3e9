/** The table of one's own that Train learns from: given to the engine, and what is found in it. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { TableChoice, TableFacts, TrainingSettings } from '../engine/train-protocol.ts'
import type { DroppedTable } from '../open/dropped.ts'
import { engine } from '../session.ts'
import { settingsForTable } from './settings.ts'

export interface KnownTable extends TableFacts {
  /** What a training of it begins with. */
  readonly settings: TrainingSettings
}

const known = signal<KnownTable | undefined>(undefined)
let given: DroppedTable | undefined

/** What is known of the table that was given last. */
export const tableFacts: ReadonlySignal<KnownTable | undefined> = known

/** Gives a table to the engine; undefined where it was given before. */
export async function give(
  table: DroppedTable,
  seed: number,
): Promise<TrainingSettings | undefined> {
  if (given === table) return undefined
  given = table
  const { name, text } = table
  return ask({ name }, seed, text)
}

/** The settings for a table that is read in another way: another target, or without a column. */
export function reread(choice: TableChoice, seed: number): Promise<TrainingSettings> {
  return ask(choice, seed)
}

async function ask(
  choice: Omit<TableChoice, 'mark'> & { readonly mark?: string },
  seed: number,
  text?: string,
): Promise<TrainingSettings> {
  const facts = await engine.request({
    kind: 'table',
    choice,
    ...(text !== undefined && { text }),
  })
  const task = choice.task ?? facts.found?.task ?? 'classification'
  const settings = settingsForTable({ ...choice, mark: facts.mark }, task, seed)
  known.value = { ...facts, settings }
  return settings
}
