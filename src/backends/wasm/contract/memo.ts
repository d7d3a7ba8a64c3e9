/** Functions that the contractions of one module share. */
import type { ModuleBuilder } from '../module-builder.ts'

/** Finds a function by its name in a module, or makes it. */
export type Memo<F> = (module: ModuleBuilder, name: string, make: () => F) => F

/** A memo for one kind of function; it lives no longer than the modules it has seen. */
export function memo<F>(): Memo<F> {
  const known = new WeakMap<ModuleBuilder, Map<string, F>>()
  return (module, name, make) => {
    const ofModule = known.get(module) ?? new Map<string, F>()
    known.set(module, ofModule)
    const found = ofModule.get(name)
    if (found !== undefined) return found
    const made = make()
    ofModule.set(name, made)
    return made
  }
}
