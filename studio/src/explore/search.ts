/** Finds gates and groups by what they are called, whether they are seen or not. */
import type { GraphIndex } from './graph-index.ts'
import { gatesText } from './measures.ts'

export interface Found {
  /** Of a gate or a group. */
  readonly id: string
  readonly title: string
  /** Where it was found, and in which group it stands. */
  readonly detail: string
}

/** So many are listed. */
const mostFound = 40

/** By id, names of values, keys and symbols of states, gate and label: what begins so comes first. */
export function find({ gates, groups }: GraphIndex, wanted: string): readonly Found[] {
  const words = wanted.trim().toLowerCase()
  if (words === '') return []
  const found: (Found & { readonly rank: number })[] = []
  gates.forEach(({ id, gate, names, states, parent, label }) => {
    const keys = states.flatMap(({ name, key }) => [key, name])
    const rank = rankOf(words, [[id, ...names], keys, [gate, label]])
    if (rank === undefined) return
    const inside = parent === undefined ? undefined : groups.get(parent)?.label
    const reads = states.map(({ key }) => key).join(', ')
    const detail = [names.join(' = '), reads, inside && `in ${inside}`].filter(Boolean).join(' · ')
    found.push({ id, title: `${id} ${gate}`, detail, rank })
  })
  for (const { id, label, size } of groups.values()) {
    const rank = rankOf(words, [[], [label, id.replace(/^layer /, '')], []])
    if (rank !== undefined) found.push({ id, title: label, detail: gatesText(size), rank })
  }
  // A stable order: among equals as the graph runs.
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, mostFound)
    .map(({ id, title, detail }) => ({ id, title, detail }))
}

/** 0 for what is called so, then what begins so, then what holds it; sooner in the first lists. */
function rankOf(wanted: string, lists: readonly (readonly string[])[]): number | undefined {
  let best: number | undefined
  lists.forEach((texts, order) => {
    for (const text of texts) {
      const at = text.toLowerCase().indexOf(wanted)
      if (at < 0) continue
      const fit = text.length === wanted.length ? 0 : at === 0 ? 1 : 2
      best = Math.min(best ?? Number.POSITIVE_INFINITY, fit * lists.length + order)
    }
  })
  return best
}
