/** What is shared: the picture that the present view shows, and the model that it is of. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { EquationData } from 'sluice'
import type { Diagram, Scene } from 'sluice/draw'
import { EngineError } from '../engine/client.ts'
import type { ModelSource, OpenModel } from '../engine/protocol.ts'
import * as exploring from '../explore/exploring.ts'
import { route } from '../route.ts'
import { engine, model, source, sourceOf } from '../session.ts'
import { parseSettings } from '../train/settings.ts'
import { frame } from '../train/training.ts'

export interface Subject {
  /** What files are named after. */
  readonly name: string
  readonly source: ModelSource
  readonly diagram: Diagram
  readonly scene: Scene
  /** The walk through it; none where only the graph is shown. */
  readonly equations: readonly EquationData[]
}

/** In Train, the iteration that it stands at; undefined while it runs. */
const trainedSource: ReadonlySignal<ModelSource | undefined> = computed(() => {
  const { view, parameters } = route.value
  if (view !== 'train' || !frame.value || frame.value.isRunning) return undefined
  const { iteration } = frame.value
  return { from: 'training', place: { settings: parseSettings(parameters), iteration } }
})

const trained = signal<OpenModel | undefined>(undefined)
const failed = signal('')
/** Why nothing can be shared of what is shown; '' where it can. */
export const failure: ReadonlySignal<string> = failed

/** Has the model at hand that Train trains, until the function that it gives is called. */
export function followTraining(): () => void {
  return effect(() => {
    const wish = trainedSource.value
    let isCurrent = true
    trained.value = undefined
    failed.value = ''
    if (wish) {
      engine.request({ kind: 'open', source: wish }).then(
        (opened) => {
          if (isCurrent) trained.value = opened
        },
        (error) => {
          if (isCurrent) failed.value = messageOf(error)
        },
      )
    }
    return () => {
      isCurrent = false
    }
  })
}

/** Undefined while there is nothing yet to share. */
export const subject: ReadonlySignal<Subject | undefined> = computed(() => {
  const { view, parameters } = route.value
  if (view === 'explore' && parameters.form !== 'picture') return explored(parameters)
  if (view === 'train') return opened(trained.value, trainedSource.value)
  return opened(model.value, source.value)
})

function opened(own: OpenModel | undefined, from: ModelSource | undefined): Subject | undefined {
  if (!own || !from) return undefined
  const { id, diagram, scene, explanation } = own
  const equations = explanation.equations.map(({ numbers: _, ...equation }) => equation)
  return { name: id, source: from, diagram, scene, equations }
}

function explored(parameters: Readonly<Record<string, string>>): Subject | undefined {
  const [own, at] = [exploring.model.value, exploring.shown.value]
  if (!own || !at) return undefined
  const { picture, scene } = at
  const from = sourceOf(parameters)
  return { name: own.id, source: from, diagram: picture.diagram, scene, equations: [] }
}

export function messageOf(error: unknown): string {
  return error instanceof EngineError ? error.failure.title : String(error)
}
