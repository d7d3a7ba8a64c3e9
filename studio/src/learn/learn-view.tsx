/** Learn: one iteration, step by step, with the graph, the equation and its numbers side by side. */
import { useSignalEffect } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { SceneView } from '../graph/scene-view.tsx'
import { goTo, model, step, walk } from '../session.ts'
import { Inspector } from './inspector.tsx'
import { Timeline } from './timeline.tsx'

export function LearnView() {
  // Before the picture is painted: a key may come as soon as it is seen.
  useLayoutEffect(() => {
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  const picture = useRef<HTMLElement>(null)
  useSignalEffect(() => bringIntoView(picture.current, step.value))
  const open = model.value
  const way = walk.value
  if (!open || !way) return null
  const taken = step.value
  const equation = way.steps[taken - 1]
  const isKnown = (what: 'value' | 'gradient', edge: string) => {
    const times = what === 'value' ? way.valueAt : way.gradientAt
    return (times.get(edge) ?? Number.POSITIVE_INFINITY) < taken
  }
  return (
    <article class="learn">
      <div class="stage">
        <header>
          <h2>{open.title}</h2>
          <p>{open.about}</p>
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
        <section class="picture" ref={picture} tabIndex={0} aria-label="The graph">
          <SceneView
            scene={open.scene}
            isKnown={isKnown}
            active={way.placeOf[taken - 1]}
            phase={equation?.phase}
          />
        </section>
        <Timeline />
      </div>
      <Inspector equation={equation} />
      <p class="spoken" aria-live="polite">
        {equation ? `${equation.id}: ${equation.text}` : 'Before the first step'}
      </p>
    </article>
  )
}

/** Scrolls the place of a step to the middle, where the graph is wider than the window. */
function bringIntoView(picture: HTMLElement | null, taken: number): void {
  const place = walk.value?.placeOf[taken - 1]
  if (!picture || place === undefined) return
  const element = picture.querySelector(`[data-node="${place}"], [data-edge="${place}"]`)
  if (!element) return
  const [own, whole] = [element.getBoundingClientRect(), picture.getBoundingClientRect()]
  const middle = own.left + own.width / 2 - (whole.left + whole.width / 2)
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
  picture.scrollBy({ left: middle, behavior: isStill ? 'auto' : 'smooth' })
}

function onKey(event: KeyboardEvent): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return
  if (event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName))
    return
  const moves: Readonly<Record<string, () => void>> = {
    '.': () => goTo(step.value + 1),
    ',': () => goTo(step.value - 1),
    ']': () => goTo(phaseBorder(1)),
    '[': () => goTo(phaseBorder(-1)),
  }
  const move = moves[event.key]
  if (!move) return
  event.preventDefault()
  move()
}

/** The step count at the next end of a phase in this direction. */
function phaseBorder(direction: 1 | -1): number {
  const steps = walk.value?.steps ?? []
  const borders = steps.flatMap(({ phase }, index) =>
    phase === steps[index + 1]?.phase ? [] : [index + 1],
  )
  const all = [0, ...borders]
  return direction > 0
    ? (all.find((border) => border > step.value) ?? steps.length)
    : (all.findLast((border) => border < step.value) ?? 0)
}
