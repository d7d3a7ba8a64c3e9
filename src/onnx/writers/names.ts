/** Names of tensors: those that users gave first, then the operator that makes them and a number. */
import type { Wire } from './graph-writer.ts'

export class Names {
  readonly #names = new Map<Wire, string>()
  readonly #used = new Set<string>()
  readonly #counts = new Map<string, number>()

  /** The name of a wire, which is `wanted` unless it has one or another has that. */
  give(wire: Wire, wanted: string): string {
    const known = this.#names.get(wire)
    if (known !== undefined) return known
    const name = this.free(wanted)
    this.#names.set(wire, name)
    return name
  }

  /** The name that a wire has; else a new one that begins with `kind`. */
  of(wire: Wire, kind: string): string {
    const known = this.#names.get(wire)
    if (known !== undefined) return known
    const name = this.#numbered(kind)
    this.#names.set(wire, name)
    return name
  }

  /** Under a name that `free` gave. */
  set(wire: Wire, name: string): void {
    this.#names.set(wire, name)
  }

  has(wire: Wire): boolean {
    return this.#names.has(wire)
  }

  /** A name that nothing else has, `wanted` where it can be; no file can hold half a character. */
  free(wanted: string): string {
    const text = wanted.replaceAll(/\p{Surrogate}/gu, '\ufffd') || 'value'
    if (this.#used.has(text)) return this.#numbered(text)
    this.#used.add(text)
    return text
  }

  #numbered(kind: string): string {
    let name: string
    do {
      const count = (this.#counts.get(kind) ?? 0) + 1
      this.#counts.set(kind, count)
      name = `${kind}_${count}`
    } while (this.#used.has(name))
    this.#used.add(name)
    return name
  }
}
