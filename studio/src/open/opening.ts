/** Opens files that are dropped or chosen; what cannot be opened leaves all as it was. */
import { batch, type ReadonlySignal, signal } from '@preact/signals'
import type { ViewName } from '../address.ts'
import { EngineError } from '../engine/client.ts'
import type { Failure } from '../engine/protocol.ts'
import { navigate, route } from '../route.ts'
import { engine } from '../session.ts'
import { takeTable } from './dropped.ts'
import { refusalOf } from './limits.ts'

const reading = signal<string | undefined>(undefined)
const refused = signal<Failure | undefined>(undefined)

/** The file that is being read. */
export const fileInReading: ReadonlySignal<string | undefined> = reading
/** Why the last file was not opened. */
export const refusal: ReadonlySignal<Failure | undefined> = refused

export function forgetRefusal(): void {
  refused.value = undefined
}

/** Opens the first of some files, or says why that is not possible. */
export async function openFiles(files: readonly File[]): Promise<void> {
  const [file] = files
  if (!file) return
  const wrong = refusalOf(file)
  batch(() => {
    refused.value = wrong
    reading.value = wrong ? undefined : file.name
  })
  if (wrong) return
  try {
    await open(file)
  } catch (error) {
    if (reading.value === file.name) refused.value = failureOf(file, error)
  } finally {
    if (reading.value === file.name) reading.value = undefined
  }
}

async function open(file: File): Promise<void> {
  const { name } = file
  const bytes = new Uint8Array(await file.arrayBuffer())
  const taken = await engine.request({ kind: 'take', name, bytes })
  if (reading.value !== name) return // another one was dropped meanwhile
  if (taken.form === 'table') {
    takeTable({ name, text: taken.text })
    navigate({ view: 'train', parameters: {} })
    return
  }
  const parameters = { model: 'file', file: String(taken.number) }
  if (taken.form === 'model') navigate({ view: viewForModels(), parameters })
  else navigate({ view: 'explore', parameters: { ...parameters, form: 'picture' } })
}

/** What is looked at stays the view, where that can show any model. */
function viewForModels(): ViewName {
  const { view } = route.value
  return view === 'explore' ? view : 'learn'
}

function failureOf({ name }: File, error: unknown): Failure {
  if (error instanceof EngineError) return error.failure
  return {
    title: `${name} cannot be read`,
    details: [
      ['expected', 'a file'],
      ['got', error instanceof Error ? error.message : String(error)],
      ['fix', 'folders cannot be opened: choose a file in it'],
    ],
  }
}
