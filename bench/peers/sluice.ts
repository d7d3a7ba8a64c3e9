/** The package as it is published: its build, never its source. */
// biome-ignore lint/correctness/noUndeclaredDependencies: its types only; the build is next door
import type * as sluice from 'sluice'
import { loadOptional } from './load.ts'

export type Sluice = typeof sluice

/** Throws where the package has not been built. */
export async function loadSluice(): Promise<Sluice> {
  // Seen from where this file is compiled to, bench/dist/peers.
  const entry = new URL('../../../dist/index.js', import.meta.url)
  const loaded = await loadOptional<Sluice>(entry.href)
  if (loaded) return loaded
  throw new Error('there is no build to measure: run npm run build in the repository first')
}
