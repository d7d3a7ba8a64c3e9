/** Peers are optional: a row leaves out who is not installed. */
import { fileURLToPath } from 'node:url'

/** A module, or undefined where it is not there. What goes wrong inside it is thrown. */
export async function loadOptional<T>(specifier: string): Promise<T | undefined> {
  try {
    return await import(specifier)
  } catch (error) {
    const isMissing =
      error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    // Else it is a module that this one imports.
    const named = specifier.startsWith('file:') ? fileURLToPath(specifier) : specifier
    if (isMissing && error.message.includes(`'${named}'`)) return undefined
    throw error
  }
}
