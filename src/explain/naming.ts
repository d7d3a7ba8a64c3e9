/** Gives every value of an explanation a name of its own. */

export interface Naming {
  /** The name, with a number where other values have it already: `h`, `h⁽²⁾`, `h⁽³⁾`. */
  readonly claim: (name: string) => string
  /** `u1`, `u2` … : the next that nobody has. */
  readonly next: (prefix: string) => string
}

/** Names that clash with none of `reserved`, nor with one another. */
export function createNaming(reserved: Iterable<string>): Naming {
  const kept = new Set(reserved)
  const used = new Set<string>()
  const counts = new Map<string, number>()
  const count = (key: string) => {
    const next = (counts.get(key) ?? 0) + 1
    counts.set(key, next)
    return next
  }
  const take = (propose: () => string) => {
    let name = propose()
    while (used.has(name)) name = propose()
    used.add(name)
    return name
  }
  return {
    claim: (name) =>
      take(() => {
        const times = count(`claimed ${name}`)
        return times === 1 ? name : `${name}⁽${raised(times)}⁾`
      }),
    next: (prefix) =>
      take(() => {
        let name = `${prefix}${count(prefix)}`
        while (kept.has(name)) name = `${prefix}${count(prefix)}`
        return name
      }),
  }
}

function raised(number: number): string {
  return [...String(number)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')
}

/** `F1`, `F2` …, one at each call. */
export function counter(prefix: string): () => string {
  let count = 0
  return () => `${prefix}${++count}`
}
