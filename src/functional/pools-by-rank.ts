/** The pools by how many spatial axes they walk, for what is made of them. */
import type { Gates } from '../gates/define.ts'
import type { Rank } from '../gates/per-axis.ts'
import type { Value } from '../ir/value.ts'
import { avgPool1d, avgPool3d, maxPool1d, maxPool3d } from './pools.ts'

/** A pool whose lists have an entry for each axis, which attributes have and types do not know. */
type AnyPool<Options> = (x: Value, window: readonly number[], options?: Options) => Value

interface MeanOptions {
  readonly stride?: readonly number[]
  readonly ceilMode?: boolean
  readonly divisorOverride?: number
}

/** The maximum pool over `rank` spatial axes. */
export function maxPoolOf(gates: Gates, rank: Rank): AnyPool<never> {
  const byRank = { 1: maxPool1d, 2: gates.maxPool2d, 3: maxPool3d }
  return byRank[rank] as unknown as AnyPool<never> // its lists have `rank` entries
}

/** The average pool over `rank` spatial axes. */
export function avgPoolOf(gates: Gates, rank: Rank): AnyPool<MeanOptions> {
  const byRank = { 1: avgPool1d, 2: gates.avgPool2d, 3: avgPool3d }
  return byRank[rank] as unknown as AnyPool<MeanOptions> // its lists have `rank` entries
}
