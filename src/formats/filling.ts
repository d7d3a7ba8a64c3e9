/** Elements that come in pieces, behind a header whose length shows only as it comes. */
import type { SluiceError } from '../errors.ts'

export interface FillingRules<T> {
  /** How long the header is, told by its first bytes; undefined while more of them are needed. */
  readonly lengthOf: (begin: Uint8Array) => number | undefined
  /** What the header says, with memory that its elements are to fill. */
  readonly prepare: (header: Uint8Array) => { readonly facts: T; readonly target: Uint8Array }
  /** The error about more elements than the header says. */
  readonly overfull: (facts: T) => SluiceError
}

export interface Filling<T> {
  take(piece: Uint8Array): void
  /** Bytes of elements that have come. */
  readonly filled: number
  /** What the header said; undefined where it has not come to its end. */
  readonly facts: T | undefined
  /** The bytes of a header that has not come to its end. */
  readonly begin: Uint8Array
}

/** Takes a header and then elements, for which memory is taken once. */
export function createFilling<T>({ lengthOf, prepare, overfull }: FillingRules<T>): Filling<T> {
  let begin: Uint8Array = new Uint8Array(0)
  let prepared: ReturnType<typeof prepare> | undefined
  let filled = 0
  const fill = (piece: Uint8Array, { facts, target }: ReturnType<typeof prepare>) => {
    if (filled + piece.length > target.length) throw overfull(facts)
    target.set(piece, filled)
    filled += piece.length
  }
  return {
    take: (piece) => {
      if (prepared) return fill(piece, prepared)
      begin = begin.length === 0 ? piece : joined(begin, piece)
      const length = lengthOf(begin)
      if (length === undefined || begin.length < length) return
      prepared = prepare(begin.subarray(0, length))
      fill(begin.subarray(length), prepared)
      begin = new Uint8Array(0)
    },
    get filled() {
      return filled
    },
    get facts() {
      return prepared?.facts
    },
    get begin() {
      return begin
    },
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
