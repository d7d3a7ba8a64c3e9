/** The part of a network that is seen: which groups are open, and of long ones which members. */
import type { Contained, Container } from './containers.ts'
import { type Folded, fold } from './fold.ts'
import { type Group, isGroup, type Member } from './grouping.ts'
import type { Operation } from './network.ts'
import type { OutlineRest, OutlineView } from './outline.ts'

export interface Part {
  readonly folded: Folded
  readonly open: readonly string[]
  readonly rests: Readonly<Record<string, OutlineRest>>
}

/** So many nodes at most by default. */
const mostNodes = 120
/** So many members of one group, where there is room. */
const mostMembers = 30

/**
 * With as many of the wanted groups open as there is room for: where it is too much, the oldest are
 * closed, and then fewer members of each are shown.
 */
export function partOf(whole: Group, parents: Parents, view: OutlineView): Part {
  const { most = mostNodes } = view
  let open = (view.open ?? []).filter((id) => parents.has(id))
  let members = mostMembers
  for (;;) {
    const part = unfolded(whole, { ...view, open }, members)
    const isAll = members <= 2 && open.length === 0
    if (isAll || nodesIn(part.folded) <= most) return part
    const loose = open.filter((id) => !isAround(id, open.at(-1), parents))
    // One by one where few are open, else faster.
    const oldest = new Set(loose.slice(0, Math.ceil(loose.length / 8)))
    if (oldest.size > 0) open = open.filter((id) => !oldest.has(id))
    else if (members > 2) members = Math.ceil(members / 2)
    else open = open.slice(0, -1)
  }
}

/** The group around each group, by id. */
export type Parents = ReadonlyMap<string, string | undefined>

function isAround(id: string, inner: string | undefined, parents: Parents): boolean {
  for (let at = inner; at !== undefined; at = parents.get(at)) if (at === id) return true
  return false
}

function nodesIn({ pieces, links, ends }: Folded): number {
  const given = new Set(links.flatMap(({ from, flow }) => (from === undefined ? flow.name : [])))
  return pieces.length + given.size + ends.length
}

function unfolded(whole: Group, view: OutlineView, members: number): Part {
  const { open = [], only, from = {} } = view
  const isOpen = new Set(open)
  const contained: Contained[] = []
  const rests: Record<string, OutlineRest> = {}

  addChildren(whole, [])
  return { folded: fold(contained), open, rests }

  function add(member: Member, around: readonly Container[]): void {
    if (!isGroup(member)) {
      contained.push({ operation: member, around })
      return
    }
    const { container } = member
    if (!container) return
    if (isOpen.has(container.id)) addChildren(member, [...around, { ...container, isOpen: true }])
    else addAll(seenOf(member), [...around, container])
  }

  function addChildren(group: Group, around: readonly Container[]): void {
    const children = group.children.filter((child) => seenOf(child).length > 0)
    const of = group.container?.id ?? ''
    const [first, end] = stretchOf(children.length, from[of] ?? 0, members)
    const addRest = (id: string, some: readonly Member[], next: number) => {
      if (some.length === 0) return
      rests[id] = { of, from: next, count: some.length }
      const word = id.startsWith('before') ? 'before' : 'more'
      addAll(some.flatMap(seenOf), [...around, restOf(id, `… ${some.length} ${word}`, group)])
    }
    addRest(`before ${of}`, children.slice(0, first), Math.max(0, first - members))
    for (const child of children.slice(first, end)) add(child, around)
    addRest(`after ${of}`, children.slice(end), end)
  }

  function addAll(operations: readonly Operation[], around: readonly Container[]): void {
    for (const operation of operations) contained.push({ operation, around })
  }

  function seenOf(member: Member): readonly Operation[] {
    const all = operationsIn(member)
    return only ? all.filter(({ id }) => only.has(id)) : all
  }
}

/** Which of `count` members are shown; one alone is never left out. */
function stretchOf(count: number, wanted: number, members: number): readonly [number, number] {
  if (count <= members + 1) return [0, count]
  const first = Math.max(0, Math.min(wanted, count - members))
  const end = Math.min(first + members, count)
  return [first === 1 ? 0 : first, end === count - 1 ? count : end]
}

function restOf(id: string, label: string, { container }: Group): Container {
  const level = container ? container.level + 1 : 0
  const parent = container?.id
  return { id, label, kind: 'layer', level, parent, operation: undefined, isOpen: false }
}

const known = new WeakMap<Group, readonly Operation[]>()

function operationsIn(member: Member): readonly Operation[] {
  if (!isGroup(member)) return [member]
  const made = known.get(member) ?? member.children.flatMap(operationsIn)
  known.set(member, made)
  return made
}
