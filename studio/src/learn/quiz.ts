/** Predict: the coming number is hidden, and the learner says what it will be. */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import { goTo, model, step, walk } from '../session.ts'
import { shortNumber } from './numbers.ts'
import { judge, type Question, questionOf } from './predict.ts'

export interface Said {
  readonly kind: 'right' | 'wrong' | 'told'
  readonly text: string
}

const on = signal(false)
const last = signal<Said | undefined>(undefined)
const hinted = signal(false)
/** The step that was asked for last and is now shown; the next question waits. */
const shownAt = signal(-1)
const counts = signal({ right: 0, asked: 0 })

export const isPredicting: ReadonlySignal<boolean> = on
/** What was said to the last answer. */
export const said: ReadonlySignal<Said | undefined> = last
export const isHinted: ReadonlySignal<boolean> = hinted
export const score: ReadonlySignal<{ readonly right: number; readonly asked: number }> = counts

/** What is asked now; undefined while an answer is looked at, and at the end. */
export const question: ReadonlySignal<Question | undefined> = computed(() => {
  if (!on.value || shownAt.value === step.value) return undefined
  const coming = walk.value?.steps[step.value]
  return coming && questionOf(coming, step.value)
})

export function setPredicting(wanted: boolean): void {
  batch(() => {
    on.value = wanted
    last.value = undefined
    hinted.value = false
    shownAt.value = -1
    counts.value = { right: 0, asked: 0 }
  })
}

/** Judges what was typed; a right answer takes the step. */
export function answer(typed: string): void {
  const asked = question.value
  if (!asked) return
  const verdict = judge(typed, asked)
  const { right, asked: count } = counts.value
  if (verdict === 'right') {
    const text = `Right: ${asked.asks} is ${shortNumber(asked.answer)}.`
    batch(() => {
      counts.value = { right: right + (hasFailed ? 0 : 1), asked: count + 1 }
      takeStep({ kind: 'right', text })
    })
    return
  }
  hasFailed ||= verdict === 'wrong'
  const text =
    verdict === 'no number'
      ? 'That is no number: type digits, such as −0.5 or 1/2.'
      : `${typed.trim()} is not right yet. Try again, or ask for a hint.`
  last.value = { kind: 'wrong', text }
}

/** Whether a wrong number was said to the question that stands. */
let hasFailed = false

/** Shows the number that was asked for. */
export function tell(): void {
  const asked = question.value
  if (!asked) return
  const { right, asked: count } = counts.value
  batch(() => {
    counts.value = { right, asked: count + 1 }
    takeStep({ kind: 'told', text: `${asked.asks} is ${shortNumber(asked.answer)}.` })
  })
}

function takeStep(verdict: Said): void {
  const taken = step.value + 1
  batch(() => {
    shownAt.value = taken
    goTo(taken)
    last.value = verdict
  })
}

export function hint(): void {
  hinted.value = true
}

/** The next question. */
export function askNext(): void {
  batch(() => {
    shownAt.value = -1
    last.value = undefined
  })
}

// Each question begins anew, however it was come to.
effect(() => {
  question.value?.equation
  hasFailed = false
  hinted.value = false
  if (last.peek()?.kind === 'wrong') last.value = undefined
})

effect(() => {
  model.value
  setPredicting(false)
})
