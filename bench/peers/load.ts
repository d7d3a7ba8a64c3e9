/** Peers are optional: a row leaves out who is not installed. */

/** A module, or undefined where it is not there. What goes wrong inside it is thrown. */
export async function loadOptional<T>(specifier: string): Promise<T | undefined> {
  try {
    return await import(specifier)
  } catch (error) {
    const isMissing =
      error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    if (isMissing && error.message.includes(specifier.replace(/^file:\/\//, ''))) return undefined
    throw error
  }
}
