/** Letters of a sentence as numbers, and those that come next: what small transformers read here. */

const sentence = 'she sells sea shells by the sea shore'
const alphabet = [...new Set(sentence)].sort()

export const letterCount: number = alphabet.length

export interface Letters {
  readonly seen: readonly number[]
  readonly next: readonly number[]
}

export function letters(count: number): Letters {
  const all = Array.from(sentence.slice(0, count + 1), (letter) => alphabet.indexOf(letter))
  return { seen: all.slice(0, -1), next: all.slice(1) }
}
