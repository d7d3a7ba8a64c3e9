/** What the studio knows, as signals: the model that is open, the step that is shown, what failed. */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Route } from './address.ts'
import { type Engine, EngineError, startEngine } from './engine/client.ts'
import type { Failure, OpenModel, OpenRequest } from './engine/protocol.ts'
import { type Walk, walkOf } from './learn/steps.ts'
import { replaceRoute, route } from './route.ts'
import { parseSettings, parseWhole } from './train/settings.ts'

export const engine: Engine = startEngine()

const opened = signal<OpenModel | undefined>(undefined)
const failed = signal<Failure | undefined>(undefined)
const shown = signal(0)

export const model: ReadonlySignal<OpenModel | undefined> = opened
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
  const request = requestOf(view === 'train' ? {} : parameters)
  const key = JSON.stringify(request)
  if (key === asked) {
    batch(() => show(place))
    return
  }
  asked = key
  open(request, () => key === asked)
}

function requestOf(parameters: Route['parameters']): OpenRequest {
  const { model = 'network', seed = '1', at } = parameters
  const request = { kind: 'open', model, seed: Number(seed) } as const
  if (model !== 'training') return request
  const iteration = parseWhole(at, 0) ?? 0
  return { ...request, training: { settings: parseSettings(parameters), iteration } }
}

async function open(request: OpenRequest, isStillAsked: () => boolean): Promise<void> {
  try {
    const reply = await engine.request(request)
    if (!isStillAsked()) return // another one was chosen meanwhile
    batch(() => {
      opened.value = reply
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
