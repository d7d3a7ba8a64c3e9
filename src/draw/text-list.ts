/** A diagram as a list for a terminal: a node each line, and a rail for each value still to be read. */
import type { Diagram, DiagramEdge, DiagramNode, NumberText } from './diagram.ts'
import { forwardLines, nodeLines } from './edge-lines.ts'
import { inOneLine, type LinePart } from './terminal-line.ts'

/** Lines of parts: rails at the left, then the node, then its numbers and gradients. */
export function textList(diagram: Diagram, shapes: boolean): readonly (readonly LinePart[])[] {
  const readers = new Map<string, DiagramEdge[]>()
  const brought = new Map<string, DiagramEdge[]>()
  for (const edge of diagram.edges.filter(({ phase }) => phase === 'forward')) {
    readers.set(edge.from, [...(readers.get(edge.from) ?? []), edge])
    brought.set(edge.to, [...(brought.get(edge.to) ?? []), edge])
  }
  const rails = new Rails()
  const frames = new Map(diagram.frames.map((frame) => [frame.id, frame.label]))
  const names = new Map(diagram.nodes.map((node) => [node.id, shortName(node)]))
  return diagram.nodes.flatMap((node) => {
    const leaving = readers.get(node.id) ?? []
    const sources = (brought.get(node.id) ?? []).map(({ from }) => from)
    const written = rails.take(node.id, { sources, readers: leaving.length })
    const sign = node.kind === 'operation' || node.kind === 'group' ? '●' : '■'
    const head: LinePart[] = [
      ...written.map(
        (text): LinePart =>
          text === '@' ? { text: sign, kind: node.kind } : { text, kind: 'line' },
      ),
      { text: ' ', kind: 'line' },
      ...headOf(node, leaving, shapes),
    ]
    const frame = node.frame === undefined ? undefined : frames.get(node.frame)
    if (frame !== undefined) head.push({ text: `  in ${inOneLine(frame)}`, kind: 'note' })
    const beside: LinePart = { text: `${rails.standing()}   `, kind: 'line' }
    const details = [...valuesOf(leaving), ...gradientsOf(leaving, names)]
    return [head, ...details.map((part) => [beside, part])]
  })
}

function headOf(
  node: DiagramNode,
  leaving: readonly DiagramEdge[],
  shapes: boolean,
): readonly LinePart[] {
  const [label = '', ...more] = nodeLines(node, shapes).map(inOneLine)
  const results = [
    ...new Set(leaving.flatMap((edge) => forwardLines({ ...edge, value: none }, shapes))),
  ]
  const { equation, kind } = node
  return [
    ...(equation === undefined ? [] : [{ text: `${equation} `, kind: 'note' } as const]),
    { text: label, kind },
    ...more.map((text): LinePart => ({ text: ` ${text}`, kind: 'note' })),
    ...(results.length === 0
      ? []
      : [{ text: ` → ${results.map(inOneLine).join(', ')}`, kind: 'name' } as const]),
  ]
}

const none: NumberText = { text: '', cells: [] }

/** The numbers that a node gives, once for each value. */
function valuesOf(leaving: readonly DiagramEdge[]): readonly LinePart[] {
  return leaving.flatMap(({ name, value }) => {
    if (!value) return []
    return numbersAfter(name === undefined ? '' : `${inOneLine(name)} = `, value, 'forward')
  })
}

/** What comes back; where there are several readers, by whom. */
function gradientsOf(
  leaving: readonly DiagramEdge[],
  names: ReadonlyMap<string, string>,
): readonly LinePart[] {
  return leaving.flatMap((edge) => {
    const { gradientName, gradient, closeUp, to } = edge
    const via = leaving.length > 1 ? ` from ${names.get(to) ?? ''}` : ''
    const local = closeUp?.local
    const notes: readonly LinePart[] =
      local === undefined ? [] : [{ text: inOneLine(local), kind: 'note' }]
    if (closeUp?.product !== undefined) {
      return [...notes, { text: inOneLine(closeUp.product), kind: 'gradient' as const }]
    }
    if (gradientName === undefined) return notes
    const label = `${inOneLine(gradientName)}${via}`
    return gradient
      ? [...notes, ...numbersAfter(`${label} = `, gradient, 'gradient')]
      : [...notes, { text: label, kind: 'gradient' as const }]
  })
}

/** Numbers in one line, or where there are several rows, one below the other. */
function numbersAfter(
  label: string,
  { text, cells }: NumberText,
  kind: 'forward' | 'gradient',
): readonly LinePart[] {
  if (!cells || cells.length < 2) return [{ text: `${label}${text}`, kind }]
  const widths = (cells[0] ?? []).map((_, at) =>
    Math.max(...cells.map((row) => (row[at] ?? '').length)),
  )
  return cells.map((row, index) => {
    const numbers = row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join(', ')
    const before = index === 0 ? label : ' '.repeat(label.length)
    return { text: `${before}[${numbers}]`, kind }
  })
}

function shortName({ equation, label, gate }: DiagramNode): string {
  return equation ?? gate ?? label
}

/** Columns of the values that are still to be read, each under the node that gave it. */
class Rails {
  /** The node of each rail, and how many will still read it. */
  readonly #rails: ({ readonly node: string; left: number } | undefined)[] = []

  /** The line of a node: rails that pass, those that end in it, and `@` where it stands itself. */
  take(
    node: string,
    { sources, readers }: { readonly sources: readonly string[]; readonly readers: number },
  ): readonly string[] {
    const joined = new Set<number>()
    for (const source of sources) {
      const at = this.#rails.findIndex((rail) => rail?.node === source)
      const rail = this.#rails[at]
      if (!rail) continue
      rail.left--
      joined.add(at)
    }
    const ended = [...joined].filter((at) => this.#rails[at]?.left === 0)
    for (const at of ended) this.#rails[at] = undefined
    const own = Math.min(...ended, this.#free())
    const line = this.#line(own, joined, new Set(ended))
    this.#rails[own] = readers > 0 ? { node, left: readers } : undefined
    while (this.#rails.length > 0 && this.#rails.at(-1) === undefined) this.#rails.pop()
    return line
  }

  /** The rails that stand below the line just taken. */
  standing(): string {
    return this.#rails
      .map((rail) => (rail ? '│ ' : '  '))
      .join('')
      .trimEnd()
  }

  #free(): number {
    const at = this.#rails.indexOf(undefined)
    return at < 0 ? this.#rails.length : at
  }

  #line(own: number, joined: ReadonlySet<number>, ended: ReadonlySet<number>): readonly string[] {
    const places = [own, ...joined]
    const [first, last] = [Math.min(...places), Math.max(...places)]
    const count = Math.max(this.#rails.length, own + 1, last + 1)
    return Array.from({ length: count }, (_, at) => {
      const isWithin = at >= first && at < last
      const sign =
        at === own
          ? '@'
          : joined.has(at)
            ? joint(ended.has(at), at, [first, last])
            : this.#passing(at, at > first && at < last)
      return [sign, at === count - 1 ? '' : isWithin ? '─' : ' ']
    }).flat()
  }

  #passing(at: number, isCrossed: boolean): string {
    // A rail that is crossed and not joined goes on over the line.
    if (this.#rails[at]) return '│'
    return isCrossed ? '─' : ' '
  }
}

/** Where a rail meets the line of the node that reads it. */
function joint(isEnd: boolean, at: number, [first, last]: readonly [number, number]): string {
  if (isEnd) return at === last ? '╯' : at === first ? '╰' : '┴'
  return at === last ? '┤' : at === first ? '├' : '┼'
}
