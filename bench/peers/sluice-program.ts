/** What a compiled program tells of itself. */
import { Unavailable } from './peer.ts'

interface ProgramFacts {
  readonly engine: string
  readonly threads?: number
  readonly memory?: { readonly total: number } | undefined
}

/** An option that compile() does not know it passes over in silence. */
export function checkThreads({ threads }: ProgramFacts, wanted: number): void {
  if (wanted === 1 || threads !== undefined) return
  throw new Unavailable('not available: this build of Sluice has no threads')
}

/** Nobody should take the reference for the engine. */
export function noteOf({ engine }: ProgramFacts): { readonly note?: string } {
  return engine === 'interpreter' ? { note: 'on the interpreter' } : {}
}

/** What the program plans to use, in MB of 10^6 bytes, where it says so. */
export function planOf({ memory }: ProgramFacts): Readonly<Record<string, number>> {
  return memory ? { 'plan MB': memory.total / 1e6 } : {}
}
