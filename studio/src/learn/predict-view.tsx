/** Predict: a question, a place for the answer, and what is said to it. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { step, walk } from '../session.ts'
import {
  answer,
  askNext,
  hint,
  isHinted,
  isPredicting,
  question,
  said,
  score,
  tell,
} from './quiz.ts'

export function PredictView() {
  if (!isPredicting.value) return null
  const isAtEnd = step.value >= (walk.value?.steps.length ?? 0)
  const { right, asked } = score.value
  const told = said.value
  return (
    <section class="predict" aria-label="Predict">
      {question.value ? <Asking /> : <Answered isAtEnd={isAtEnd} />}
      <p class="score">
        <span data-is="right">{right}</span> of <span data-is="asked">{asked}</span> right
      </p>
      <p class={`said ${told?.kind ?? ''}`} role="status">
        {told && (
          <>
            <span aria-hidden="true">
              {told.kind === 'right' ? '✓' : told.kind === 'wrong' ? '✗' : '→'}{' '}
            </span>
            {told.text}
          </>
        )}
        {isHinted.value && question.value && <span class="hint"> Hint: {question.value.hint}</span>}
      </p>
    </section>
  )
}

function Asking() {
  const typed = useSignal('')
  const place = useRef<HTMLInputElement>(null)
  const asked = question.value
  useEffect(() => {
    typed.value = ''
    place.current?.focus({ preventScroll: true })
  }, [asked?.equation])
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        answer(typed.value)
      }}
    >
      <label>
        <span class="chip">{asked?.equation}</span> What is <strong>{asked?.asks}</strong>?{' '}
        <input
          ref={place}
          name="answer"
          autocomplete="off"
          value={typed.value}
          placeholder="−0.5, 1/3"
          onInput={({ currentTarget }) => {
            typed.value = currentTarget.value
          }}
        />
      </label>
      <button type="submit" class="primary">
        Check
      </button>
      <button type="button" onClick={hint}>
        Hint
      </button>
      <button type="button" onClick={tell}>
        Show it
      </button>
    </form>
  )
}

function Answered({ isAtEnd }: { readonly isAtEnd: boolean }) {
  const next = useRef<HTMLButtonElement>(null)
  useEffect(() => next.current?.focus({ preventScroll: true }), [])
  if (isAtEnd) return <p>All steps are taken.</p>
  return (
    <p>
      <button ref={next} type="button" class="primary" onClick={askNext}>
        Next question
      </button>
    </p>
  )
}
