/** The keys of Learn. */
import { goTo, step, walk } from '../session.ts'
import { pause, playOrPause } from './player.ts'
import { searchId } from './search-view.tsx'
import { goToSelected, move, select, selected } from './selection.ts'
import { isNarrow, showPanel, toggleFit, toggleOutline } from './view-state.ts'

type Act = () => void

const acts: Readonly<Record<string, Act>> = {
  '.': () => goTo(step.value + 1),
  ',': () => goTo(step.value - 1),
  ']': () => goTo(phaseBorder(1)),
  '[': () => goTo(phaseBorder(-1)),
  ' ': playOrPause,
  Home: () => goTo(0),
  End: () => goTo(walk.value?.steps.length ?? 0),
  ArrowRight: () => move('ArrowRight'),
  ArrowLeft: () => move('ArrowLeft'),
  ArrowUp: () => move('ArrowUp'),
  ArrowDown: () => move('ArrowDown'),
  Enter: goToSelected,
  Escape: () => select(undefined),
  '/': () => document.getElementById(searchId)?.focus(),
  f: toggleFit,
  o: () => (isNarrow.value ? showPanel('outline') : toggleOutline()),
}

/** Follows the keys as long as Learn is shown; what it gives ends that. */
export function followKeys(): () => void {
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return
  const act = Object.hasOwn(acts, event.key) ? acts[event.key] : undefined
  if (!act || isOfTarget(event)) return
  event.preventDefault()
  if (event.key !== ' ') pause()
  act()
}

/** Whether the key belongs to what has the focus: text, a button that it presses, a dialog. */
function isOfTarget({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('dialog, select, textarea, input:not([type="range"], [type="checkbox"])'))
    return true
  if (target.matches('input[type="range"]')) return /^(Arrow|Home|End)/.test(key)
  const isPressed = key === ' ' || key === 'Enter'
  if (key === 'Enter' && selected.value !== undefined && target.closest('.picture')) return false
  return isPressed && target.closest('a, button, summary, input, [role="tab"]') !== null
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
