/** Finding equations and values by what is typed. */
import type { ExplanationData } from 'sluice'

export interface Finding {
  /** The equation that is meant, or the one that first reads a value that is given. */
  readonly step: number
  readonly id: string
  readonly text: string
}

const most = 12

/** Equations whose id, names or gate hold the text; those that begin with it first. */
export function findIn({ equations, given }: ExplanationData, typed: string): readonly Finding[] {
  const wanted = plain(typed)
  if (wanted === '') return []
  const all = [
    ...equations.map(({ id, text, gate, output }, step) => ({
      ...{ step, id, text },
      words: [id, output.name, gate, text].map(plain),
    })),
    ...given.flatMap(({ name, kind }) => {
      const step = equations.findIndex(({ operands }) => operands.some((one) => one.name === name))
      return step < 0 ? [] : [{ step, id: name, text: kind, words: [plain(name)] }]
    }),
  ]
  return all
    .flatMap(({ words, ...finding }) => {
      const ranks = words.map((word) => rankOf(word, wanted))
      const rank = Math.min(...ranks)
      return Number.isFinite(rank) ? [{ finding, rank }] : []
    })
    .sort((a, b) => a.rank - b.rank || a.finding.step - b.finding.step)
    .slice(0, most)
    .map(({ finding }) => finding)
}

function rankOf(word: string, wanted: string): number {
  if (word === wanted) return 0
  if (word.startsWith(wanted)) return 1
  return word.includes(wanted) ? 2 : Number.POSITIVE_INFINITY
}

/** Without case, spaces, marks above letters, and the signs that no keyboard has. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f\s]/g, '')
    .replaceAll('−', '-')
    .replaceAll('∂', 'd')
    .toLowerCase()
}
