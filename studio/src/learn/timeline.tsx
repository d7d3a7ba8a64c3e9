/** The chips F1 … B1 …, the same as a slider, and the buttons that step and play. */
import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { goTo, step, walk } from '../session.ts'
import { isPlaying, playOrPause, setSpeed, speed, speeds } from './player.ts'

/** Beside the present step at most so many chips stand on each side; the slider has all. */
const beside = 16

export function Timeline() {
  const list = useRef<HTMLOListElement>(null)
  useSignalEffect(() => {
    step.value
    requestAnimationFrame(() => showCurrent(list.current))
  })
  const steps = walk.value?.steps ?? []
  const taken = step.value
  const now = steps[taken - 1]
  const first = steps.length <= 3 * beside ? 0 : Math.max(0, taken - 1 - beside)
  const last = steps.length <= 3 * beside ? steps.length : Math.max(taken, 1) + beside
  return (
    <nav class="timeline" aria-label="Steps of the iteration">
      <div class="transport">
        <button type="button" disabled={taken === 0} onClick={() => goTo(taken - 1)}>
          <span aria-hidden="true">◀</span> Back <kbd>,</kbd>
        </button>
        <button
          type="button"
          class="primary"
          disabled={taken === steps.length}
          onClick={() => goTo(taken + 1)}
        >
          Step <kbd>.</kbd> <span aria-hidden="true">▶</span>
        </button>
        <button type="button" aria-pressed={isPlaying.value} onClick={playOrPause}>
          {isPlaying.value ? 'Pause' : 'Play'} <kbd>space</kbd>
        </button>
        <label class="speed">
          <span class="spoken">Speed</span>
          <select
            value={String(speed.value)}
            onChange={({ currentTarget }) => setSpeed(Number(currentTarget.value))}
          >
            {speeds.map((one) => (
              <option key={one} value={String(one)}>
                {one}×
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="course">
        <ol ref={list}>
          {first > 0 && <li class="quiet">…</li>}
          {steps.slice(first, last).map(({ id, phase, text }, index) => (
            <li key={id}>
              <button
                type="button"
                class={`chip ${phase}${first + index < taken ? ' taken' : ''}`}
                aria-current={first + index === taken - 1 ? 'step' : undefined}
                title={text}
                onClick={() => goTo(first + index + 1)}
              >
                {id}
              </button>
            </li>
          ))}
          {last < steps.length && <li class="quiet">…</li>}
        </ol>
        <input
          type="range"
          min={0}
          max={steps.length}
          value={taken}
          aria-label="Step"
          aria-valuetext={now ? `${now.id}, ${taken} of ${steps.length}` : 'before the first step'}
          onInput={({ currentTarget }) => goTo(Number(currentTarget.value))}
        />
      </div>
    </nav>
  )
}

/** Where the chips do not all fit beside each other, the present one comes to the middle. */
function showCurrent(list: HTMLOListElement | null): void {
  const chip = list?.querySelector('[aria-current]')
  if (!list || !(chip instanceof HTMLElement)) return
  const { left, width } = chip.getBoundingClientRect()
  const own = list.getBoundingClientRect()
  list.scrollLeft += left + width / 2 - (own.left + own.width / 2)
}
