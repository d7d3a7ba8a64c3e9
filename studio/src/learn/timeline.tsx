/** The chips F1 … B1 … and the buttons that step through them. */
import { goTo, step, walk } from '../session.ts'

export function Timeline() {
  const steps = walk.value?.steps ?? []
  const taken = step.value
  return (
    <nav class="timeline" aria-label="Steps of the iteration">
      <button type="button" disabled={taken === 0} onClick={() => goTo(taken - 1)}>
        <span aria-hidden="true">◀</span> Back <kbd>,</kbd>
      </button>
      <ol>
        {steps.map(({ id, phase, text }, index) => (
          <li key={id}>
            <button
              type="button"
              class={`chip ${phase}${index < taken ? ' taken' : ''}`}
              aria-current={index === taken - 1 ? 'step' : undefined}
              title={text}
              onClick={() => goTo(index + 1)}
            >
              {id}
            </button>
          </li>
        ))}
      </ol>
      <button
        type="button"
        class="primary"
        disabled={taken === steps.length}
        onClick={() => goTo(taken + 1)}
      >
        Step <kbd>.</kbd> <span aria-hidden="true">▶</span>
      </button>
    </nav>
  )
}
