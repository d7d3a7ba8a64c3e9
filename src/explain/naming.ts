/** Gives every value of an explanation a name of its own. */

export interface Naming {
  /** The name, with primes where another value has it already. */
  readonly claim: (name: string) => string
  /** `u1`, `u2` … : the next that nobody has. */
  readonly next: (prefix: string) => string
}

/** Names that clash with none of `reserved`, nor with one another. */
export function createNaming(reserved: Iterable<string>): Naming {
  const kept = new Set(reserved)
  const used = new Set<string>()
  const counts = new Map<string, number>()
  return {
    claim: (name) => {
      let own = name
      while (used.has(own)) own += '′'
      used.add(own)
      return own
    },
    next: (prefix) => {
      let count = counts.get(prefix) ?? 0
      let name: string
      do name = `${prefix}${++count}`
      while (used.has(name) || kept.has(name))
      counts.set(prefix, count)
      used.add(name)
      return name
    },
  }
}

/** `F1`, `F2` …, one at each call. */
export function counter(prefix: string): () => string {
  let count = 0
  return () => `${prefix}${++count}`
}
