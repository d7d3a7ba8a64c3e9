/** The types of WebAssembly's values, and the letters by which the tables of instructions spell them. */

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

/** What an expression gives: a value, or nothing. */
export type ResultType = ValueType | 'nothing'

/** The binary format's code of each type. */
export const typeCodes: { readonly [T in ValueType]: number } = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
}

export const typeOfLetter = {
  i: 'i32',
  l: 'i64',
  f: 'f32',
  d: 'f64',
  v: 'v128',
} as const

type Letter = keyof typeof typeOfLetter

/** The type of a letter; of no letter, nothing. */
export type TypeOf<L extends string> = L extends Letter ? (typeof typeOfLetter)[L] : 'nothing'

/** The types that a table's text of letters spells. */
export function typesOf(letters: string): readonly ValueType[] {
  // The tables hold no other letters: their types say so.
  return [...letters].map((letter) => typeOfLetter[letter as Letter])
}
