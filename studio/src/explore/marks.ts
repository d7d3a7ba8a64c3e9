/** Signs on nodes: what a comparison says of them, and which of them one kernel holds. */
import type { Mark } from 'sluice/element'
import type { Comparison, FoldedPicture, KernelRow } from '../engine/explore-protocol.ts'
import { type GraphIndex, gatesOf } from './graph-index.ts'

export interface Marking {
  readonly comparison: Comparison | undefined
  /** What it does not hold is dimmed. */
  readonly row: KernelRow | undefined
}

export function marksOf(
  index: GraphIndex,
  { diagram, rests }: FoldedPicture,
  { comparison, row }: Marking,
): ReadonlyMap<string, Mark> {
  const added = new Set(comparison?.added)
  const changed = new Set(comparison?.changed.map(({ gate }) => gate))
  const held = row && new Set([...row.forward, ...row.backward])
  const markOf = (gates: readonly number[]): Mark | undefined => {
    if (held) return gates.some((at) => held.has(at)) ? undefined : 'dimmed'
    if (gates.length === 0) return undefined
    if (gates.every((at) => added.has(at))) return 'added'
    return gates.some((at) => added.has(at) || changed.has(at)) ? 'changed' : undefined
  }
  return new Map(
    diagram.nodes.flatMap(({ id, kind }) => {
      const mark = kind === 'variable' && !held ? undefined : markOf(gatesOf(index, id, rests))
      return mark ? [[id, mark] as const] : []
    }),
  )
}
