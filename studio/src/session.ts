/** What the studio knows, as signals: the model that is open, the step that is shown, what failed. */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Route } from './address.ts'
import { type Engine, EngineError, startEngine } from './engine/client.ts'
import type { Failure, ModelSource, OpenModel, OpenRequest } from './engine/protocol.ts'
import { type Walk, walkOf } from './learn/steps.ts'
import { seedOf } from './open/link-trouble.ts'
import { replaceRoute, route } from './route.ts'
import { parseSettings, parseWhole } from './train/settings.ts'

export const engine: Engine = startEngine()

const opened = signal<OpenModel | undefined>(undefined)
const failed = signal<Failure | undefined>(undefined)
const openedFrom = signal<ModelSource | undefined>(undefined)
const shown = signal(0)

export const model: ReadonlySignal<OpenModel | undefined> = opened
/** Where the open model comes from. */
export const source: ReadonlySignal<ModelSource | undefined> = openedFrom
export const failure: ReadonlySignal<Failure | undefined> = failed
/** How many steps of the walk have been taken. */
export const step: ReadonlySignal<number> = shown

export const walk: ReadonlySignal<Walk | undefined> = computed(() => {
  const open = opened.value
  return open && walkOf(open.explanation.equations, open.diagram)
})

let asked = ''
let place = 0

/** Brings the session to what an address says: its model, its seed, and in Learn its step. */
function followRoute({ view, parameters }: Route): void {
  place = view === 'learn' ? Number(parameters.step ?? 0) : 0
  // Explore asks for its graph by itself, without a number of it.
  // Explore asks for what it shows by itself; a drawing from a file is only a picture.
  const isOwn = view === 'train' || (view === 'explore' && parameters.form !== 'picture')
  const request = requestOf(isOwn ? {} : parameters)
  const key = JSON.stringify(request)
  if (key === asked) {
    batch(() => show(place))
    return
  }
  asked = key
  open(request, () => key === asked)
}

function requestOf(parameters: Route['parameters']): OpenRequest {
  const { part } = parameters
  return { kind: 'open', source: sourceOf(parameters), ...(part !== undefined && { part }) }
}

export function sourceOf(parameters: Route['parameters']): ModelSource {
  const { model = 'network', seed, at, file = '' } = parameters
  if (model === 'build') return { from: 'document', document: parameters.document ?? '' }
  if (model === 'file') return { from: 'file', number: Number(file), seed: seedOf(seed) }
  if (model === 'given') {
    const url = new URL(`./given/${encodeURIComponent(file)}`, document.baseURI).href
    return { from: 'given', url, name: file, seed: seedOf(seed) }
  }
  if (model !== 'training') return { from: 'gallery', id: model, seed: seedOf(seed) }
  const iteration = parseWhole(at, 0) ?? 0
  return { from: 'training', place: { settings: parseSettings(parameters), iteration } }
}

async function open(request: OpenRequest, isStillAsked: () => boolean): Promise<void> {
  try {
    const reply = await engine.request(request)
    if (!isStillAsked()) return // another one was chosen meanwhile
    batch(() => {
      opened.value = reply
      openedFrom.value = request.source
      failed.value = undefined
      show(place)
    })
  } catch (error) {
    if (!isStillAsked()) return
    failed.value =
      error instanceof EngineError ? error.failure : { title: String(error), details: [] }
  }
}

/** Goes to a step: 0 is before the first, as many as there are is after the last. */
export function goTo(target: number): void {
  const { view, parameters } = route.value
  const last = walk.value?.steps.length ?? 0
  const step = String(Math.min(Math.max(target, 0), last))
  replaceRoute({ view, parameters: { ...parameters, step } })
}

function show(taken: number): void {
  const last = walk.peek()?.steps.length ?? 0
  shown.value = Number.isFinite(taken) ? Math.min(Math.max(Math.trunc(taken), 0), last) : 0
}

// At once, not when a component next draws: two keys may come before that, and both count.
effect(() => followRoute(route.value))
