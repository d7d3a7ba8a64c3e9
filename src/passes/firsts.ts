/** Finding what has been computed before. */
import { operationKey } from '../ir/equal.ts'
import type { Attribute, Attributes, GateDefinition } from '../ir/gate.ts'
import { reapply } from '../ir/rewrite.ts'
import { isSameValue, Value } from '../ir/value.ts'

/**
 * The applications of one walk, each the first that computes what it does. What is tagged as
 * computed again is the same only as what has its tag.
 */
export class Firsts {
  /** Applications by their numbers, which they remember: see `Value.slotOf`. */
  readonly #met: Value[] = []
  /** By number: what is done to the inputs, and its hash with theirs. */
  #operations: Int32Array
  #hashes: Int32Array
  /** 1 + numbers, by hash; where two clash, the second stands further on. At most half full. */
  #table: Int32Array
  readonly #gates = new Map<GateDefinition, number>()
  readonly #details = new Map<string, number>()

  /** For about as many applications; more may come. */
  constructor(count: number) {
    const length = 2 ** Math.ceil(Math.log2(count + 64))
    this.#operations = new Int32Array(length)
    this.#hashes = new Int32Array(length)
    this.#table = new Int32Array(2 * length)
  }

  /** The first application that does to these inputs what `application` does to its own. */
  of(application: Value, inputs: readonly Value[]): Value {
    if (application.gate.meaning.kind === 'source') {
      this.#numberOf(application)
      return application
    }
    const operation = this.#operationOf(application)
    const hash = this.#hashOf(operation, inputs)
    const mask = this.#table.length - 1
    let place = spread(hash) & mask
    for (; ; place = (place + 1) & mask) {
      const number = (this.#table[place] ?? 0) - 1
      if (number < 0) break
      if (this.#hashes[number] !== hash || this.#operations[number] !== operation) continue
      const known = this.#met[number] as Value // it is in the table
      if (computesFrom(known, inputs)) return known
    }
    const own = isOn(application, inputs) ? application : reapply(application, inputs)
    const number = this.#add(own)
    this.#operations[number] = operation
    this.#hashes[number] = hash
    this.#table[place] = number + 1
    return own
  }

  /** The first value that is this one: itself where its application has been met. */
  settle(value: Value): Value {
    const { application } = value
    if (this.#isMet(application)) return value
    const first = this.of(application, application.inputs)
    return first === application ? value : first.output(value.index)
  }

  /** The number of an application; one that has not been met is given one. */
  #numberOf(application: Value): number {
    return this.#isMet(application) ? Value.slotOf(application) : this.#add(application)
  }

  #isMet(application: Value): boolean {
    const number = Value.slotOf(application)
    return number < this.#met.length && this.#met[number] === application
  }

  #add(application: Value): number {
    const number = this.#met.push(application) - 1
    Value.setSlot(application, number)
    if (number >= this.#operations.length) this.#grow()
    return number
  }

  #grow(): void {
    const { length } = this.#operations
    this.#operations = extended(this.#operations)
    this.#hashes = extended(this.#hashes)
    const mask = 4 * length - 1
    const table = new Int32Array(4 * length)
    for (const entry of this.#table) {
      if (entry === 0) continue
      let place = spread(this.#hashes[entry - 1] ?? 0) & mask
      while (table[place] !== 0) place = (place + 1) & mask
      table[place] = entry
    }
    this.#table = table
  }

  #hashOf(operation: number, inputs: readonly Value[]): number {
    let hash = operation
    for (let k = 0; k < inputs.length; k++) {
      const input = inputs[k] as Value // k is inside
      const number = this.#numberOf(input.application)
      hash = Math.imul(hash ^ number, 0x9e3779b1) + input.index
      hash ^= hash >>> 15
    }
    return hash
  }

  /** A number for what is done to the inputs: the gate, its attributes and its tag. */
  #operationOf(application: Value): number {
    const { gate, attributes, tag } = application
    const own = numberIn(this.#gates, gate)
    const details = detailsOf(attributes) ?? operationKey(application, [])
    if (details === '' && tag === undefined) return own
    // Below 0, where no gate by itself is.
    return -1 - numberIn(this.#details, `${own} ${tag === undefined ? '' : `@${tag}`} ${details}`)
  }
}

/** Numbers that follow each other land apart. */
function spread(hash: number): number {
  const mixed = Math.imul(hash, 0x9e3779b1)
  return mixed ^ (mixed >>> 16)
}

function extended(list: Int32Array): Int32Array<ArrayBuffer> {
  const result = new Int32Array(2 * list.length)
  result.set(list)
  return result
}

/** Whether an application computes from these inputs, whatever they are called. */
function computesFrom(application: Value, inputs: readonly Value[]): boolean {
  if (application.inputCount !== inputs.length) return false
  for (let k = 0; k < inputs.length; k++) {
    if (!isSameValue(application.input(k), inputs[k] as Value)) return false // k is inside
  }
  return true
}

function isOn(application: Value, inputs: readonly Value[]): boolean {
  for (let k = 0; k < inputs.length; k++) if (inputs[k] !== application.input(k)) return false
  return true
}

/** The number of a key: how many others were met before it. */
function numberIn<Key>(numbers: Map<Key, number>, key: Key): number {
  const known = numbers.get(key)
  if (known !== undefined) return known
  const number = numbers.size
  numbers.set(key, number)
  return number
}

/** Attributes as text, '' where there are none; undefined where a tensor or a graph is one. */
function detailsOf(attributes: Attributes): string | undefined {
  let text = ''
  for (const name in attributes) {
    const one = detailOf(attributes[name] as Attribute) // name is a key
    if (one === undefined) return undefined
    text += `${name}:${one},`
  }
  return text
}

function detailOf(attribute: Attribute): string | undefined {
  if (typeof attribute === 'number') return Object.is(attribute, -0) ? '-0' : String(attribute)
  if (typeof attribute === 'string') return JSON.stringify(attribute)
  if (attribute === null || typeof attribute === 'boolean') return String(attribute)
  if (!Array.isArray(attribute)) return undefined
  const items: (string | undefined)[] = attribute.map(detailOf)
  return items.includes(undefined) ? undefined : `[${items.join()}]`
}
