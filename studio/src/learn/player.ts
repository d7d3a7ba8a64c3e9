/** Plays the walk: a step, a pause, the next step. */
import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { goTo, step, walk } from '../session.ts'

export const speeds = [0.5, 1, 2, 4] as const

const playing = signal(false)
const pace = signal(1)

export const isPlaying: ReadonlySignal<boolean> = playing
/** Steps each 1.2 seconds. */
export const speed: ReadonlySignal<number> = pace

const pauseMs = 1200

export function setSpeed(chosen: number): void {
  pace.value = chosen
}

function play(): void {
  const last = walk.value?.steps.length ?? 0
  if (step.value >= last) goTo(0)
  playing.value = true
}

export function pause(): void {
  playing.value = false
}

export function playOrPause(): void {
  if (playing.value) pause()
  else play()
}

/** Plays while it is told to; what it gives ends that. */
export function startPlayer(): () => void {
  const dispose = effect(() => {
    if (!playing.value) return undefined
    const taken = step.value
    if (taken >= (walk.value?.steps.length ?? 0)) {
      playing.value = false
      return undefined
    }
    const timer = setTimeout(() => goTo(taken + 1), pauseMs / pace.value)
    return () => clearTimeout(timer)
  })
  return () => {
    dispose()
    playing.value = false
  }
}
