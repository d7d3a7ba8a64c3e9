/** What of Learn is to be seen: the panel of a narrow page, the outline, the whole picture. */
import { type ReadonlySignal, signal } from '@preact/signals'

export const panels = ['graph', 'step', 'numbers', 'outline'] as const
export type PanelName = (typeof panels)[number]

const narrow = matchMedia('(max-width: 900px)')
const wide = matchMedia('(min-width: 1700px)')

const narrowNow = signal(narrow.matches)
const panelNow = signal<PanelName>('graph')
const outlineOpen = signal(wide.matches)
const fitted = signal(false)

/** Whether there is room for one panel only. */
export const isNarrow: ReadonlySignal<boolean> = narrowNow
export const panel: ReadonlySignal<PanelName> = panelNow
export const isOutlineOpen: ReadonlySignal<boolean> = outlineOpen
/** Whether the whole picture is made to fit, however small its numbers become. */
export const isFitted: ReadonlySignal<boolean> = fitted

export function showPanel(name: PanelName): void {
  panelNow.value = name
}

export function toggleOutline(): void {
  outlineOpen.value = !outlineOpen.value
}

export function toggleFit(): void {
  fitted.value = !fitted.value
}

/** Follows the width of the page; what it gives ends that. */
export function followWidth(): () => void {
  const follow = () => {
    narrowNow.value = narrow.matches
  }
  follow()
  narrow.addEventListener('change', follow)
  return () => narrow.removeEventListener('change', follow)
}

function isSeen(name: PanelName): boolean {
  if (narrowNow.value) return panelNow.value === name
  return name !== 'outline' || outlineOpen.value
}

export interface PanelProps {
  readonly id: string
  readonly hidden: boolean
  readonly role?: 'tabpanel'
  readonly 'aria-labelledby'?: string
}

/** What makes a panel one of tabs where there are tabs. */
export function panelProps(name: PanelName): PanelProps {
  return {
    id: `learn-${name}`,
    hidden: !isSeen(name),
    ...(narrowNow.value && { role: 'tabpanel', 'aria-labelledby': `learn-tab-${name}` }),
  }
}
