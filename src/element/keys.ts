/** The keys of the view. */
import type { Arrow } from './neighbours.ts'

export interface Commands {
  zoomBy(factor: number): void
  fit(): void
  home(): void
  follow(arrow: Arrow): void
  open(): void
  release(): void
}

const step = 1.25

/** Carries out what a key says; gives whether it says anything. */
export function obeyKey(event: KeyboardEvent, commands: Commands): boolean {
  if (event.altKey || event.ctrlKey || event.metaKey) return false
  switch (event.key) {
    case '+':
    case '=':
      commands.zoomBy(step)
      return true
    case '-':
    case '−':
      commands.zoomBy(1 / step)
      return true
    case 'f':
      commands.fit()
      return true
    case '0':
      commands.home()
      return true
    case 'ArrowRight':
    case 'ArrowLeft':
    case 'ArrowUp':
    case 'ArrowDown':
      commands.follow(event.key)
      return true
    case 'Enter':
      commands.open()
      return true
    case 'Escape':
      commands.release()
      return true
    default:
      return false
  }
}
