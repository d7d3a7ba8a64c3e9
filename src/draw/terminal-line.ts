/** Lines of a terminal: parts that a style may paint, cut to a width, in ASCII where need be. */
import type { NodeKind } from './diagram.ts'

/** What a part of a line is: a line of the graph, a node, or what is written at an edge. */
export type TextKind = NodeKind | 'line' | 'name' | 'forward' | 'gradient' | 'note'

export interface LinePart {
  readonly text: string
  readonly kind: TextKind
}

export interface LineLook {
  readonly width: number
  readonly ascii: boolean
  /** Gives a text with whatever paints it on a terminal. */
  readonly style: (text: string, kind: TextKind) => string
}

/** The line as text, cut with `…` where it is too wide. */
export function lineText(parts: readonly LinePart[], { width, ascii, style }: LineLook): string {
  const shown = ascii ? parts.map((part) => ({ ...part, text: spelled(part.text) })) : parts
  const isCut = shown.reduce((sum, { text }) => sum + columnsOf(text), 0) > width
  const more = ascii ? '...' : '…'
  let room = isCut ? width - columnsOf(more) : width
  const fitting: LinePart[] = []
  for (const part of withoutEnd(shown)) {
    const text = cut(part.text, room)
    room -= columnsOf(text)
    if (text !== '') fitting.push({ ...part, text })
    if (text.length < part.text.length) break
  }
  if (isCut) fitting.push({ text: more, kind: 'note' })
  return fitting.map(({ text, kind }) => (text.trim() === '' ? text : style(text, kind))).join('')
}

/** Without spaces at the end of the line. */
function withoutEnd(parts: readonly LinePart[]): readonly LinePart[] {
  const last = parts.findLastIndex(({ text }) => text.trim() !== '')
  return parts
    .slice(0, last + 1)
    .map((part, at) => (at === last ? { ...part, text: part.text.trimEnd() } : part))
}

function cut(text: string, room: number): string {
  let [kept, columns] = ['', 0]
  for (const sign of text) {
    columns += columnsOf(sign)
    if (columns > room) return kept
    kept += sign
  }
  return kept
}

/** How many columns a text takes: accents none, ideographs and emoji two. */
export function columnsOf(text: string): number {
  let sum = 0
  for (const sign of text) sum += /^[\p{M}\u200b-\u200f]$/u.test(sign) ? 0 : wide.test(sign) ? 2 : 1
  return sum
}

const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1f64f}\u{1f680}-\u{1faff}\u{20000}-\u{3fffd}]$/u

/** Text that cannot move the cursor, nor turn what stands beside it around. */
export function inOneLine(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Surrogate}\p{Cn}]/gu, '\ufffd')
}

/** The text in ASCII: `ŷ` as `y^`, signs as they are typed, `?` for what has no spelling. */
export function spelled(text: string): string {
  return [...text.normalize('NFD')]
    .map((sign) =>
      /^[ -~]$/.test(sign) ? sign : (spellings[sign] ?? (/\p{M}/u.test(sign) ? '' : '?')),
    )
    .join('')
}

const spellings: Readonly<Record<string, string>> = {
  ...{ '−': '-', '·': '*', '×': 'x', '⊙': '.*', '→': '->', '←': '<-', '…': '...', '∂': 'd' },
  ...{
    '√': 'sqrt',
    '∞': 'inf',
    '²': '^2',
    '³': '^3',
    ᵀ: "'",
    '′': "'",
    '\u0302': '^',
    '\u0303': '~',
  },
  ...{ '≤': '<=', '≥': '>=', '≠': '!=', '│': '|', '─': '-', '■': '#', '●': 'o', '▼': 'v' },
  ...{ '╭': '.', '╮': '.', '╯': "'", '╰': "'", '├': '+', '┤': '+', '┼': '+', '┬': '+', '┴': '+' },
  ...{ '┌': '+', '┐': '+', '└': '+', '┘': '+', '∑': 'sum', σ: 's', μ: 'u' },
}
