/** The colours of the moment, for a painter that has no style sheets. */
import { type Theme, themes } from '../draw/theme.ts'
import type { Mark } from './look.ts'
import { type ElementTheme, markColours } from './styles.ts'

export interface Palette extends Theme {
  readonly marks: Readonly<Record<Exclude<Mark, 'dimmed'>, string>>
  /** What is chosen, and where the present step happens. */
  readonly strong: Readonly<Record<'selected' | 'forward' | 'backward' | 'update', string>>
}

/** Follows what the system prefers where the theme is `auto`, and its colours where it forces them. */
export function paletteOf(name: ElementTheme): Palette {
  if (matchMedia('(forced-colors: active)').matches) return forced
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches
  const chosen = name === 'auto' ? (isDark ? 'dark' : 'light') : name
  const { texts, lines, ...theme } = themes[chosen]
  const { forward, gradient } = texts
  return {
    ...theme,
    ...{ texts, lines, marks: markColours[chosen === 'dark' ? 'dark' : 'light'] },
    strong: { selected: texts.label, forward, backward: gradient, update: lines.update },
  }
}

const box = { fill: 'Canvas', stroke: 'CanvasText' } as const
const text = 'CanvasText'
const strong = 'Highlight'

const forced: Palette = {
  background: 'Canvas',
  texts: {
    ...{ label: text, sign: text, detail: text, name: text, forward: text, gradient: text },
    ...{ local: text, given: text, shape: text, equation: text, note: text },
  },
  lines: { forward: text, gradient: text, update: text },
  nodes: { variable: box, constant: box, operation: box, group: box, update: box },
  frame: { fill: 'Canvas', stroke: 'GrayText' },
  marks: { added: text, removed: text, changed: text, wrong: text },
  strong: { selected: strong, forward: strong, backward: strong, update: strong },
}
