/** The network of Home, stepping by itself: values forward, gradients back, a rest, and again. */
import { signal } from '@preact/signals'
import type { Walk } from '../learn/steps.ts'

/** How long a step stays, and for how many of them the whole picture rests. */
const stepMs = 900
const restSteps = 5

/** How many steps have been taken; undefined while all is shown and nothing moves. */
export const beat = signal<number | undefined>(undefined)
export const isPaused = signal(false)

/** What has been reached after so many steps, and where the last of them happens. */
export interface Moment {
  readonly isKnown: (what: 'value' | 'gradient', edge: string) => boolean
  readonly active: string | undefined
  readonly phase: 'forward' | 'backward' | 'update' | undefined
}

export function momentAt({ steps, valueAt, gradientAt, placeOf }: Walk, at?: number): Moment {
  const taken = Math.min(at ?? steps.length, steps.length)
  const isAtRest = at === undefined || at > steps.length
  // dJ/dJ = 1 has no step of its own: it is where the way back begins.
  const back = steps.findIndex(({ phase }) => phase === 'backward')
  return {
    isKnown: (what, edge) =>
      (what === 'value' ? (valueAt.get(edge) ?? -1) : (gradientAt.get(edge) ?? back)) < taken,
    active: isAtRest ? undefined : placeOf[taken - 1],
    phase: isAtRest ? undefined : steps[taken - 1]?.phase,
  }
}

/** The step after this one, of so many; after the rest the first again. */
export function nextBeat(at: number, stepCount: number): number {
  return at >= stepCount + restSteps ? 0 : at + 1
}

/** Steps on and on, unless who looks wants little motion. Gives a function that stops it. */
export function live(stepCount: () => number): () => void {
  const stillness = matchMedia('(prefers-reduced-motion: reduce)')
  let timer: ReturnType<typeof setInterval> | undefined
  const start = () => {
    clearInterval(timer)
    beat.value = stillness.matches ? undefined : (beat.peek() ?? 0)
    if (stillness.matches) return
    timer = setInterval(() => {
      const at = beat.peek() ?? 0
      if (!isPaused.peek() && !document.hidden) beat.value = nextBeat(at, stepCount())
    }, stepMs)
  }
  start()
  stillness.addEventListener('change', start)
  return () => {
    clearInterval(timer)
    stillness.removeEventListener('change', start)
    beat.value = undefined
  }
}
