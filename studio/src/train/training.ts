/** The training that the page shows: what it asked for, what the last frame said, and the curves. */
import { batch, type ReadonlySignal, signal } from '@preact/signals'
import { EngineError } from '../engine/client.ts'
import type { Failure } from '../engine/protocol.ts'
import type {
  Measurement,
  TrainingFacts,
  TrainingFrame,
  TrainingOrder,
  TrainingSettings,
} from '../engine/train-protocol.ts'
import { engine } from '../session.ts'
import { isSameSettings } from './settings.ts'

/** What a run has come to: iteration k made losses[k]. */
export interface Curves {
  readonly losses: Float32Array
  readonly measurements: readonly Measurement[]
}

/** A run that stays on the charts beside the one that goes on. */
export interface PinnedRun extends Curves {
  readonly settings: TrainingSettings
}

const none: Curves = { losses: new Float32Array(), measurements: [] }
const settingsOf = signal<TrainingSettings | undefined>(undefined)
const factsOf = signal<TrainingFacts | undefined>(undefined)
const frameOf = signal<TrainingFrame | undefined>(undefined)
const curvesOf = signal<Curves>(none)
const pinnedOf = signal<PinnedRun | undefined>(undefined)
const failureOf = signal<Failure | undefined>(undefined)
const farthestOf = signal(0)

export const settings: ReadonlySignal<TrainingSettings | undefined> = settingsOf
export const facts: ReadonlySignal<TrainingFacts | undefined> = factsOf
export const frame: ReadonlySignal<TrainingFrame | undefined> = frameOf
export const curves: ReadonlySignal<Curves> = curvesOf
export const pinned: ReadonlySignal<PinnedRun | undefined> = pinnedOf
/** Why no training could begin. */
export const failure: ReadonlySignal<Failure | undefined> = failureOf
/** The iteration that was reached before it went back. */
export const farthest: ReadonlySignal<number> = farthestOf

/** Begins a training and goes to an iteration of it, unless it is the one that is there. */
export async function begin(wanted: TrainingSettings, iteration = 0): Promise<void> {
  if (settingsOf.value && isSameSettings(settingsOf.value, wanted) && !failureOf.value) {
    askForFrame()
    return
  }
  await restart(wanted)
  if (iteration > 0 && settingsOf.value === wanted) await order({ do: 'go', to: iteration })
}

/** The training whose first frame is still to come: until then the one before is shown. */
let awaited: TrainingFacts | undefined

async function restart(wanted: TrainingSettings): Promise<void> {
  settingsOf.value = wanted
  try {
    const begun = await engine.request({ kind: 'train', settings: wanted })
    if (settingsOf.value !== wanted) return // another one was chosen meanwhile
    awaited = begun
    askForFrame()
  } catch (error) {
    if (settingsOf.value !== wanted) return
    awaited = undefined
    batch(() => {
      factsOf.value = undefined
      frameOf.value = undefined
      failureOf.value =
        error instanceof EngineError ? error.failure : { title: String(error), details: [] }
    })
  }
}

/** Has the engine do something; the next frame shows what came of it. */
export async function order(wanted: TrainingOrder): Promise<void> {
  if (!awaited && !factsOf.value) return
  await engine.request({ kind: 'order', order: wanted })
  askForFrame()
}

/** Keeps the run as it is now beside the next ones, or no longer. */
export function pin(isPinned: boolean): void {
  const own = settingsOf.value
  pinnedOf.value = isPinned && own ? { ...curvesOf.value, settings: own } : undefined
}

let isAsked = false

/** One frame is under way at most, and none before the page can draw it. */
function askForFrame(): void {
  if (isAsked) return
  isAsked = true
  requestAnimationFrame(() => {
    engine.request({ kind: 'frame' }).then(
      (arrived) => {
        isAsked = false
        show(arrived)
        if (arrived.isRunning) askForFrame()
      },
      () => {
        isAsked = false // the failure of a start is said by the start
      },
    )
  })
}

function show(arrived: TrainingFrame): void {
  const own = settingsOf.value
  const expected = awaited ?? factsOf.value
  if (arrived.run !== expected?.run) {
    // Another training was opened elsewhere in the studio, or this one has only begun.
    if (own && expected && arrived.run > expected.run) restart(own)
    else if (expected) askForFrame()
    return
  }
  batch(() => {
    if (expected === awaited) {
      factsOf.value = expected
      curvesOf.value = none
      failureOf.value = undefined
      farthestOf.value = 0
      awaited = undefined
    }
    frameOf.value = arrived
    curvesOf.value = joined(curvesOf.value, arrived)
    farthestOf.value = Math.max(farthestOf.value, arrived.iteration)
  })
}

/** The curves with what a frame brings; what they have from there on is void. */
function joined(
  before: Curves,
  { from, losses, measurements }: Pick<TrainingFrame, 'from' | 'losses' | 'measurements'>,
): Curves {
  const all = new Float32Array(from + losses.length)
  all.set(before.losses.subarray(0, from))
  all.set(losses, from)
  const kept = before.measurements.filter(({ iteration }) => iteration < from)
  return { losses: all, measurements: [...kept, ...measurements] }
}
