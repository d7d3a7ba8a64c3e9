/** Finds equal blocks in a row, such as the twelve of a transformer, and folds them into one. */
import type { Folded, Link, Piece } from './fold.ts'
import type { Operation } from './network.ts'

/** So many pieces at most are one block. */
const longestUnit = 24

/** Repeated blocks in one piece each. */
export function foldRepeats(folded: Folded): Folded {
  const chain = chainOf(folded)
  const pieces: Piece[] = []
  const replaced = new Map<string, string>()
  for (let start = 0; start < chain.pieces.length; ) {
    const run = longestRun(chain, start)
    const piece = chain.pieces[start] as Piece // start is inside
    if (!run) {
      pieces.push(piece)
      start++
      continue
    }
    const all = chain.pieces.slice(start, start + run.size * run.times)
    const id = `repeat ${piece.id}`
    for (const one of all) replaced.set(one.id, id)
    pieces.push({
      ...{ id, operations: all.flatMap(({ operations }) => operations), container: undefined },
      ...{ frames: piece.frames, repeat: { times: run.times, unit: all.slice(0, run.size) } },
    })
    start += all.length
  }
  if (replaced.size === 0) return folded
  const idOf = (id: string) => replaced.get(id) ?? id
  const links = folded.links.flatMap((link): Link[] => {
    const isHidden = replaced.has(link.to) && link.from === undefined && link.flow.kind !== 'input'
    const [from, to] = [link.from && idOf(link.from), idOf(link.to)]
    return isHidden || from === to ? [] : [{ ...link, from, to }]
  })
  const ends = folded.ends.map((end) => ({ ...end, from: idOf(end.from) }))
  return { pieces, links: withoutDoubles(links, replaced), ends }
}

interface Chain {
  readonly pieces: readonly Piece[]
  readonly forms: readonly string[]
  /** By position: where the values that it reads are made, as steps back; 0 for parameters, infinite for inputs. */
  readonly steps: readonly (readonly number[])[]
  /** By position: how far on the last reader of its results stands. */
  readonly reach: readonly number[]
}

function chainOf({ pieces, links, ends }: Folded): Chain {
  const positions = new Map(pieces.map(({ id }, index) => [id, index]))
  const steps: number[][] = pieces.map(() => [])
  const reach = pieces.map(() => 0)
  for (const { from, to, flow } of links) {
    const at = positions.get(to) ?? 0
    if (from === undefined) {
      steps[at]?.push(flow.kind === 'input' ? Infinity : 0)
      continue
    }
    const maker = positions.get(from) ?? 0
    steps[at]?.push(at - maker)
    reach[maker] = Math.max(reach[maker] ?? 0, at - maker)
  }
  for (const { from } of ends) reach[positions.get(from) ?? 0] = Infinity
  return { pieces, forms: pieces.map(formOf), steps, reach }
}

/** What must be the same of two pieces that are called equal: their gates and all shapes. */
function formOf({ operations, frames }: Piece): string {
  const around = frames.map(({ id }) => id).join(' ')
  return `${around}|${operations.map(formOfOperation).join('|')}`
}

/** Groups within groups ask for the same operation again. */
const forms = new WeakMap<Operation, string>()

function formOfOperation(operation: Operation): string {
  const known = forms.get(operation)
  if (known !== undefined) return known
  const { gate, label, inputs, outputs } = operation
  const types = [...inputs.map(({ flow }) => flow), ...outputs].map(({ shape }) => shape.join())
  const form = `${gate} ${label} ${types.join(' ')}`
  forms.set(operation, form)
  return form
}

interface Run {
  readonly size: number
  readonly times: number
}

/** The run of equal blocks at `start` that hides most, if it is worth it. */
function longestRun(chain: Chain, start: number): Run | undefined {
  let best: Run | undefined
  for (let size = 1; size <= longestUnit && start + 2 * size <= chain.pieces.length; size++) {
    let times = 1
    while (isEqual(chain, { start, size, times })) times++
    // The last of them may hand on to several, those before it only to the next.
    const run = { size, times }
    const isMore = size * times > (best ? best.size * best.times : 0)
    if (isMore && isWorth(chain, start, run)) best = run
  }
  return best
}

/** Layers are folded from the third on; single gates only where there are many. */
function isWorth({ pieces }: Chain, start: number, { size, times }: Run): boolean {
  const hasLayer = pieces.slice(start, start + size).some(({ container }) => container)
  return hasLayer ? times >= 3 : times >= 4 && size * times >= 16
}

/** Whether block number `times` after `start` equals the first, and reads only the one before it. */
function isEqual(
  { pieces, forms, steps, reach }: Chain,
  { start, size, times }: Run & { readonly start: number },
): boolean {
  const from = start + size * times
  if (from + size > pieces.length) return false
  for (let index = 0; index < size; index++) {
    const [own, first] = [steps[from + index] ?? [], steps[start + index] ?? []]
    if (forms[from + index] !== forms[start + index] || own.length !== first.length) return false
    const isSame = own.every((step, k) => {
      const isOutside = step > index
      if (step === first[k] && step === Infinity) return true
      return isOutside ? step === index + 1 && (first[k] ?? 0) > index : step === first[k]
    })
    if (!isSame) return false
    // Only the last piece of the block before hands anything on to this one.
    const before = reach[from - size + index] ?? 0
    const isLast = index === size - 1
    if (!isLast && before + index >= size) return false
    if (isLast && before > size) return false
  }
  return true
}

/** A value goes to a folded block once, whoever in it reads it. */
function withoutDoubles(
  links: readonly Link[],
  replaced: ReadonlyMap<string, string>,
): readonly Link[] {
  const blocks = new Set(replaced.values())
  const seen = new Map<string, Link>()
  return links.flatMap((link): Link[] => {
    if (!blocks.has(link.to)) return [link]
    const key = `${link.flow.name} → ${link.to}`
    const known = seen.get(key)
    if (known) return []
    const returned = links
      .filter(({ flow, to }) => flow === link.flow && to === link.to)
      .flatMap((one) => one.returned)
    const merged = { ...link, returned }
    seen.set(key, merged)
    return [merged]
  })
}
