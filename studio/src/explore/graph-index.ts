/** The graph that is explored, as data to look things up in: gates by position, groups by id. */
import type { OutlineGroup } from 'sluice/draw'
import type { ExploredGate, ExploredModel, FoldedPicture } from '../engine/explore-protocol.ts'

export interface GraphIndex {
  readonly gates: readonly ExploredGate[]
  readonly groups: ReadonlyMap<string, OutlineGroup>
  /** The position of a gate, by its id. */
  readonly positions: ReadonlyMap<string, number>
  /** The ids of what is directly in a group, `''` for the whole graph, in their order. */
  readonly children: ReadonlyMap<string, readonly string[]>
  /** By position, the gates that read a result. */
  readonly readers: readonly (readonly number[])[]
}

export function indexOf({ groups, gates }: Pick<ExploredModel, 'groups' | 'gates'>): GraphIndex {
  const children = new Map<string, string[]>()
  const add = (parent: string | undefined, id: string) => {
    const known = children.get(parent ?? '')
    if (known) known.push(id)
    else children.set(parent ?? '', [id])
  }
  let next = 0
  gates.forEach(({ id, parent }, position) => {
    // Groups come before what is inside them, at the position of their first gate.
    for (; groups[next]?.first === position; next++)
      add(groups[next]?.parent, groups[next]?.id ?? '')
    add(parent, id)
  })
  const readers: number[][] = gates.map(() => [])
  gates.forEach(({ from }, position) => {
    for (const maker of from) readers[maker]?.push(position)
  })
  return {
    gates,
    groups: new Map(groups.map((group) => [group.id, group])),
    positions: new Map(gates.map(({ id }, position) => [id, position])),
    ...{ children, readers },
  }
}

/** The groups around a gate or a group, the outermost first. */
export function groupsAround(index: GraphIndex, id: string): readonly string[] {
  const position = index.positions.get(id)
  const around: string[] = []
  let at = position === undefined ? index.groups.get(id)?.parent : index.gates[position]?.parent
  while (at !== undefined) {
    around.unshift(at)
    at = index.groups.get(at)?.parent
  }
  return around
}

/** The positions of the gates that a node stands for; of a value that is given, of its readers. */
export function gatesOf(
  index: GraphIndex,
  id: string,
  rests: FoldedPicture['rests'] = {},
): readonly number[] {
  const position = index.positions.get(id)
  if (position !== undefined) return [position]
  const group = index.groups.get(id)
  if (group) return Array.from({ length: group.size }, (_, k) => group.first + k)
  const rest = rests[id]
  if (rest) {
    const all = index.children.get(rest.of) ?? []
    const some = id.startsWith('before') ? all.slice(0, rest.count) : all.slice(-rest.count)
    return some.flatMap((child) => gatesOf(index, child))
  }
  const [, given, name] = /^(given|end) (.*)$/s.exec(id) ?? []
  if (given === undefined) return []
  return index.gates.flatMap(({ states, names }, at) =>
    states.some((state) => state.name === name) || (name !== undefined && names.includes(name))
      ? [at]
      : [],
  )
}

/** Which way one looks from a gate: at what it depends on, or at what depends on it. */
export type Direction = 'before' | 'after'

/** Some gates and all that they depend on, or that depends on them, as sorted positions. */
export function reachedFrom(
  { gates, readers }: GraphIndex,
  start: readonly number[],
  direction: Direction,
): readonly number[] {
  const seen = new Set(start)
  const open = [...start]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const next = direction === 'before' ? gates[at]?.from : readers[at]
    for (const one of next ?? []) {
      if (seen.has(one)) continue
      seen.add(one)
      open.push(one)
    }
  }
  return [...seen].sort((a, b) => a - b)
}

/** Every gate on a way from some gates to others, in either direction; empty where there is none. */
export function pathBetween(
  index: GraphIndex,
  from: readonly number[],
  to: readonly number[],
): readonly number[] {
  const between = (start: readonly number[], end: readonly number[]) => {
    const before = new Set(reachedFrom(index, end, 'before'))
    return reachedFrom(index, start, 'after').filter((at) => before.has(at))
  }
  const forward = between(from, to)
  return forward.length > 0 ? forward : between(to, from)
}
