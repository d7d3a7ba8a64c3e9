/** The colours of pictures that cannot ask whether their reader prefers light or dark. */
import type { ThemeName } from './options.ts'
import { type Theme, themes } from './theme.ts'

/** The theme of that name; light for `auto`. */
export function fixedTheme(name: ThemeName): Theme {
  return themes[name === 'auto' ? 'light' : name]
}
