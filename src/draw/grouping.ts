/**
 * The groups of a network, whatever of them is open: layers within layers, and equal blocks in a
 * row. Each is a stretch of one topological order, so the picture
 * in which any of them are folded runs in no circle.
 */
import { type Contained, type Container, containedIn } from './containers.ts'
import { type Folded, fold, type Piece } from './fold.ts'
import { labelOfGroup, labelOfUnit } from './group-label.ts'
import type { Network, Operation } from './network.ts'
import { foldRepeats } from './repeats.ts'

/** A group, or the whole network, and what is directly inside, in topological order. */
export interface Group {
  /** Absent of the whole network. */
  readonly container: Container | undefined
  readonly children: readonly Member[]
  /** How many operations are inside. */
  readonly size: number
}

export type Member = Group | Operation

export function isGroup(member: Member): member is Group {
  return 'children' in member
}

export function groupsOf(network: Network): Group {
  return groupOf(containedIn(network, { depth: 0, open: [] }), undefined, 0)
}

/** `level`: how many of the containers around each are around all of them. */
function groupOf(
  contained: readonly Contained[],
  container: Container | undefined,
  level: number,
): Group {
  const { folded, items } = foldedAt(contained, level)
  const whole = foldRepeats(folded)
  const memberOf = (piece: Piece, around: Container | undefined): Member => {
    const own = items.get(piece.id) ?? []
    const inner = own[0]?.around[level]
    return inner
      ? groupOf(own, nestedIn(inner, around), level + 1)
      : (piece.operations[0] as Operation) // a piece that is no container is one operation
  }
  const members: Member[] = []
  let at = 0
  for (const piece of whole.pieces) {
    if (!piece.repeat) {
      members.push(memberOf(piece, container))
      at++
      continue
    }
    const { times, unit } = piece.repeat
    const pieces = folded.pieces.slice(at, at + times * unit.length)
    const row = { id: piece.id, label: labelOfGroup(piece), times }
    members.push(rowOf(pieces, unit.length, made(row, container), memberOf))
    at += pieces.length
  }
  return grouped(container, members)
}

/** Equal blocks in a row; where they are of several pieces, each block is a group too. */
function rowOf(
  pieces: readonly Piece[],
  length: number,
  row: Container,
  memberOf: (piece: Piece, around: Container) => Member,
): Group {
  if (length === 1) {
    return grouped(
      row,
      pieces.map((piece) => memberOf(piece, row)),
    )
  }
  const blocks = Array.from({ length: pieces.length / length }, (_, index) => {
    const own = pieces.slice(index * length, (index + 1) * length)
    const block = made({ id: `block ${own[0]?.id}`, label: labelOfUnit(own) }, row)
    return grouped(
      block,
      own.map((piece) => memberOf(piece, block)),
    )
  })
  return grouped(row, blocks)
}

interface FoldedLevel {
  readonly folded: Folded
  /** What each piece holds, by its id. */
  readonly items: ReadonlyMap<string, readonly Contained[]>
}

/** All containers of one level closed; what would run in circles with others is no group. */
function foldedAt(contained: readonly Contained[], level: number): FoldedLevel {
  const closed = new Map<string, Container>()
  const outermost = contained.map(({ operation, around }) => {
    const own = around[level]
    if (!own) return { operation, around: [] }
    const known = closed.get(own.id) ?? { ...own, isOpen: false }
    closed.set(own.id, known)
    return { operation, around: [known] }
  })
  const folded = fold(outermost)
  const isLoose = [...closed.values()].some(({ isOpen }) => isOpen)
  if (isLoose) {
    const without = contained.map(({ operation, around }) => {
      const isOpened = closed.get(around[level]?.id ?? '')?.isOpen === true
      return { operation, around: isOpened ? around.toSpliced(level, 1) : around }
    })
    return foldedAt(without, level)
  }
  const items = new Map<string, Contained[]>()
  for (const item of contained) {
    const id = item.around[level]?.id ?? item.operation.id
    const known = items.get(id)
    if (known) known.push(item)
    else items.set(id, [item])
  }
  return { folded, items }
}

function made(
  facts: Pick<Container, 'id' | 'label' | 'times'>,
  parent: Container | undefined,
): Container {
  return nestedIn(
    {
      ...{ kind: 'layer', level: 0, parent: undefined, operation: undefined, isOpen: false },
      ...facts,
    },
    parent,
  )
}

function nestedIn(container: Container, parent: Container | undefined): Container {
  return { ...container, level: parent ? parent.level + 1 : 0, parent: parent?.id, isOpen: false }
}

function grouped(container: Container | undefined, children: readonly Member[]): Group {
  const [only, ...others] = children
  // One group in another says nothing twice: `0.1` around `0.1.0` alone.
  if (container && only && isGroup(only) && others.length === 0) return { ...only, container }
  const size = children.reduce((sum, child) => sum + (isGroup(child) ? child.size : 1), 0)
  return { container, children, size }
}
