/** What differs between two graphs: gates that one has and the other has not, or has otherwise. */
import type { OutlineGate } from 'sluice/draw'
import type { Comparison } from './explore-protocol.ts'

export type GateText = Pick<OutlineGate, 'gate' | 'label' | 'states' | 'from'> & {
  readonly equation: {
    readonly shapes: string
    readonly output: { readonly shape: readonly number[] }
  }
}

/**
 * Gates are matched in their order, as lines of text are: by gate, and by the keys of what they
 * learn where the models share them. Of those that match, the shapes, the constants and what they read may have changed.
 */
export function compareOutlines(
  own: readonly GateText[],
  other: readonly GateText[],
): Pick<Comparison, 'added' | 'changed' | 'removed'> {
  const textOfLine = shareKeys(own, other) ? lineOf : ({ gate }: GateText) => gate
  const pairs = matched(own.map(textOfLine), other.map(textOfLine))
  const partner = new Map(pairs)
  const partnerOf = new Map(pairs.map(([mine, theirs]) => [theirs, mine]))
  const added = own.flatMap((_, index) => (partner.has(index) ? [] : [index]))
  const changed = pairs.flatMap(([mine, theirs]) => {
    const [now, was] = [own[mine], other[theirs]]
    const difference = now && was && differenceOf(now, was, partnerOf)
    return difference === undefined ? [] : [{ gate: mine, was: difference }]
  })
  let before = own.length
  const removed: Comparison['removed'][number][] = []
  for (let index = other.length - 1; index >= 0; index--) {
    before = partnerOf.get(index) ?? before
    const gate = other[index]
    if (gate && !partnerOf.has(index)) removed.push({ label: textOf(gate), before })
  }
  return { added, changed, removed: removed.reverse() }
}

/** Whether the two are versions of one model, whose layers have the same names. */
function shareKeys(own: readonly GateText[], other: readonly GateText[]): boolean {
  const keysOf = (gates: readonly GateText[]) =>
    new Set(gates.flatMap(({ states }) => states.map(({ key }) => key)))
  const [mine, theirs] = [keysOf(own), keysOf(other)]
  const shared = [...mine].filter((key) => theirs.has(key)).length
  return 2 * shared >= Math.min(mine.size, theirs.size)
}

function lineOf({ gate, states }: GateText): string {
  return `${gate} ${states.map(({ key }) => key).join(' ')}`
}

function textOf({ gate, states, equation }: GateText): string {
  const keys = states.map(({ key }) => key).join(', ')
  return `${gate}${keys === '' ? '' : ` of ${keys}`} → [${equation.output.shape.join(', ')}]`
}

function differenceOf(
  now: GateText,
  was: GateText,
  partnerOf: ReadonlyMap<number, number>,
): string | undefined {
  const [a, b] = [now.equation.output.shape.join(', '), was.equation.output.shape.join(', ')]
  if (a !== b) return `was [${b}]`
  if (now.label !== was.label) return `was ${was.label}`
  const before = was.from.map((index) => partnerOf.get(index))
  const isSame = before.length === now.from.length && before.every((one, k) => one === now.from[k])
  return isSame ? undefined : 'reads something else'
}

type Pair = readonly [own: number, other: number]

/** Pairs of equal lines in the same order: as many as the shortest edit leaves, within reason. */
function matched(own: readonly string[], other: readonly string[]): readonly Pair[] {
  let start = 0
  while (start < own.length && start < other.length && own[start] === other[start]) start++
  let [end, otherEnd] = [own.length, other.length]
  while (end > start && otherEnd > start && own[end - 1] === other[otherEnd - 1]) {
    end--
    otherEnd--
  }
  const middle = shortestEdit(own.slice(start, end), other.slice(start, otherEnd))
  return [
    ...Array.from({ length: start }, (_, index): Pair => [index, index]),
    ...middle.map(([a, b]): Pair => [a + start, b + start]),
    ...Array.from({ length: own.length - end }, (_, k): Pair => [end + k, otherEnd + k]),
  ]
}

/** Beyond so many edits, two graphs are told to be different and no more. */
const mostEdits = 3000

/** Source: E. Myers, An O(ND) difference algorithm and its variations, 1986. */
function shortestEdit(own: readonly string[], other: readonly string[]): readonly Pair[] {
  const most = Math.min(own.length + other.length, mostEdits)
  const reach = new Int32Array(2 * most + 3)
  const trail: Int32Array[] = []
  const at = (k: number) => k + most + 1
  for (let edits = 0; edits <= most; edits++) {
    trail.push(reach.slice(at(-edits) - 1, at(edits) + 2))
    for (let k = -edits; k <= edits; k += 2) {
      const down =
        k === -edits || (k !== edits && (reach[at(k - 1)] ?? 0) < (reach[at(k + 1)] ?? 0))
      let x = down ? (reach[at(k + 1)] ?? 0) : (reach[at(k - 1)] ?? 0) + 1
      let y = x - k
      while (x < own.length && y < other.length && own[x] === other[y]) {
        x++
        y++
      }
      reach[at(k)] = x
      if (x >= own.length && y >= other.length) return walkBack(trail, edits, [own, other])
    }
  }
  return []
}

function walkBack(
  trail: readonly Int32Array[],
  edits: number,
  [own, other]: readonly [readonly string[], readonly string[]],
): readonly Pair[] {
  const pairs: Pair[] = []
  let [x, y] = [own.length, other.length]
  for (let d = edits; d >= 0; d--) {
    const reach = trail[d] ?? new Int32Array()
    const value = (k: number) => reach[k + d + 1] ?? 0
    const k = x - y
    const down = k === -d || (k !== d && value(k - 1) < value(k + 1))
    const before = d === 0 ? 0 : down ? value(k + 1) : value(k - 1)
    const start = d === 0 ? 0 : before - (down ? k + 1 : k - 1)
    while (x > before && y > start && x > 0 && y > 0 && own[x - 1] === other[y - 1]) {
      pairs.push([x - 1, y - 1])
      x--
      y--
    }
    if (d > 0) [x, y] = [before, start]
  }
  return pairs.reverse()
}
