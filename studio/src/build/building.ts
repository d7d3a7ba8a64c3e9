/** What Build shows, as signals: the document with its history, what the engine says of it, and what is chosen. */
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import { EngineError } from '../engine/client.ts'
import { replaceRoute, route } from '../route.ts'
import { engine } from '../session.ts'
import type { CheckedDocument } from './check.ts'
import { formatDocument, type ModelDocument } from './document.ts'
import type { Place } from './edit.ts'
import { type Fix, fixOf } from './fixes.ts'
import { advance, beginHistory, type History, redo, undo } from './history.ts'
import { decodeDocument, encodeDocument } from './link.ts'
import { firstDocument } from './starts.ts'

const historyOf = signal<History<ModelDocument>>(beginHistory(firstDocument))
const checkedOf = signal<CheckedDocument | undefined>(undefined)
const linkOf = signal('')
const chosenOf = signal<Chosen>({ step: 'z2' })
const problemOf = signal<string | undefined>(undefined)
const spokenOf = signal('')

/** What is chosen in both views: a step, or the edge where one may be inserted. */
export type Chosen = { readonly step: string } | { readonly edge: Place }

export const history: ReadonlySignal<History<ModelDocument>> = historyOf
export const document: ReadonlySignal<ModelDocument> = computed(() => historyOf.value.present)
/** Of the document, or of the one before while the engine is at work. */
export const checked: ReadonlySignal<CheckedDocument | undefined> = checkedOf
/** The document as an address holds it. */
export const link: ReadonlySignal<string> = linkOf
export const chosen: ReadonlySignal<Chosen> = chosenOf
/** Why what was opened, or what the engine was asked, came to nothing. */
export const problem: ReadonlySignal<string | undefined> = problemOf
/** What has just been done, for those who hear the page. */
export const spoken: ReadonlySignal<string> = spokenOf
export const fix: ReadonlySignal<Fix | undefined> = computed(() => {
  const found = checkedOf.value
  return found && fixOf(document.value, found.check)
})

let checkedText = ''

/** Takes over a changed document; nothing that differs is nothing to undo. */
export function change(next: ModelDocument, says: string): void {
  follow(advance(historyOf.value, next), says)
}

export function undoChange(): void {
  follow(undo(historyOf.value), 'Undone')
}

export function redoChange(): void {
  follow(redo(historyOf.value), 'Done again')
}

export function choose(next: Chosen): void {
  chosenOf.value = next
}

function follow(next: History<ModelDocument>, says: string): void {
  if (next === historyOf.value) return
  batch(() => {
    historyOf.value = next
    problemOf.value = undefined
    spokenOf.value = says
    keepChoice(next.present)
  })
  check()
}

/** What is chosen may be gone. */
function keepChoice({ steps }: ModelDocument): void {
  const now = chosenOf.value
  const has = (name: string) => name === 'x' || steps.some((step) => step.name === name)
  const isThere = 'step' in now ? has(now.step) : has(now.edge.after)
  if (!isThere) chosenOf.value = { step: steps.at(-1)?.name ?? 'x' }
}

/** Opens what an address says, if it says anything; else goes on with what is there. */
export async function openLink(text: string | undefined): Promise<void> {
  if (text === undefined || text === linkOf.value) {
    check()
    return
  }
  try {
    const opened = await decodeDocument(text)
    batch(() => {
      // Going back in the browser is no edit, but it can be undone as one.
      historyOf.value = advance(historyOf.value, opened)
      problemOf.value = undefined
      keepChoice(opened)
    })
  } catch (error) {
    problemOf.value = `The link opens nothing: ${messageOf(error)}`
  }
  check()
}

/** Has the engine look at the document, and keeps the address in step. */
async function check(): Promise<void> {
  const asked = document.value
  const text = formatDocument(asked)
  const isCurrent = () => document.value === asked
  if (text !== checkedText) {
    checkedText = text
    try {
      const answer = await engine.request({ kind: 'check', document: asked })
      if (!isCurrent()) return
      checkedOf.value = answer
    } catch (error) {
      checkedText = ''
      const title = error instanceof EngineError ? error.failure.title : messageOf(error)
      if (isCurrent()) problemOf.value = title
    }
  }
  const encoded = await encodeDocument(asked)
  if (!isCurrent()) return
  linkOf.value = encoded
  const { view, parameters } = route.value
  if (view === 'build' && parameters.document !== encoded) {
    replaceRoute({ view, parameters: { document: encoded } })
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
