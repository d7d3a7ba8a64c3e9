/** The colours of pictures that cannot ask whether their reader prefers light or dark. */
import type { EquationPhase } from '../explain/equation.ts'
import type { ThemeName } from './options.ts'
import { type Theme, themes } from './theme.ts'

/** The colour of the place that a picture points at, in each phase. */
export function activeColour(phase: EquationPhase, { texts, lines }: Theme): string {
  if (phase === 'update') return lines.update
  return phase === 'forward' ? texts.forward : texts.gradient
}

/** The theme of that name; light for `auto`. */
export function fixedTheme(name: ThemeName): Theme {
  return themes[name === 'auto' ? 'light' : name]
}
