import { operationKey } from '../ir/equal.ts'
import type { Attribute, Attributes, GateDefinition } from '../ir/gate.ts'
import type { Graph } from '../ir/graph.ts'
import { outputsOf, reapply, rewriteGraph } from '../ir/rewrite.ts'
import type { Value } from '../ir/value.ts'
import { definePass, type Pass } from './define.ts'

/**
 * Computes once what the graph computes twice (common subexpressions). What is tagged as computed
 * again merges only with what has its tag.
 */
export const merge: Pass = definePass({
  name: 'merge',
  before: `graph {
  x: f32[2, 3] = input {name: "x"}
  %1: f32[3, 2] = transpose(x) {axes: [1, 0]}
  %2: f32[3, 2] = transpose(x) {axes: [1, 0]}
  %3: f32[3, 2] = add(%1, %2)
  output y = %3
}
`,
  after: `graph {
  x: f32[2, 3] = input {name: "x"}
  %1: f32[3, 2] = transpose(x) {axes: [1, 0]}
  %2: f32[3, 2] = add(%1, %1)
  output y = %2
}
`,
  run: (graph) => {
    const firsts = new Firsts(graph)
    const made = new Array<Value | undefined>(graph.applications.length)
    return rewriteGraph(graph, (application, inputs, position) => {
      const first = firsts.find(position)
      const known = made[first]
      if (known) return outputsOf(known)
      const own = isOn(application, inputs) ? application : reapply(application, inputs)
      made[position] = own
      return own === application ? undefined : outputsOf(own)
    })
  },
})

function isOn(application: Value, inputs: readonly Value[]): boolean {
  for (let k = 0; k < inputs.length; k++) if (inputs[k] !== application.input(k)) return false
  return true
}

/** Finds, for applications in their order, the first that computes the same. */
class Firsts {
  readonly #graph: Graph
  /** By slot, the slot of the first value that is the same. */
  readonly #slots: Int32Array
  /** 1 + positions, by a hash of what is computed; where two clash, the second stands further on. */
  readonly #table: Int32Array
  readonly #operations: Int32Array
  readonly #gates = new Map<GateDefinition, number>()
  readonly #details = new Map<string, number>()

  constructor(graph: Graph) {
    this.#graph = graph
    this.#slots = Int32Array.from({ length: graph.slotCount }, (_, slot) => slot)
    const count = graph.applications.length
    this.#operations = new Int32Array(count)
    // At most half full, so that clashes are short.
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 1)))
  }

  /** The position of the first application that is the same; all before it have been looked at. */
  find(position: number): number {
    const application = this.#graph.applications[position] as Value // callers stay inside
    if (application.gate.meaning.kind === 'source') return position
    this.#operations[position] = this.#operationOf(application)
    const mask = this.#table.length - 1
    for (let place = this.#hash(position) & mask; ; place = (place + 1) & mask) {
      const known = (this.#table[place] ?? 0) - 1
      if (known < 0) {
        this.#table[place] = position + 1
        return position
      }
      if (!this.#isSame(known, position)) continue
      const first = this.#graph.firstSlot(known)
      const own = this.#graph.firstSlot(position)
      for (let k = 0; k < application.outputCount; k++) this.#slots[own + k] = first + k
      return known
    }
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

  #hash(position: number): number {
    const { inputCount } = this.#graph.applications[position] as Value // as above
    let hash = this.#operations[position] as number // as above
    for (let k = 0; k < inputCount; k++) {
      hash = Math.imul(hash ^ this.#inputAt(position, k), 0x9e3779b1)
      hash ^= hash >>> 15
    }
    return hash
  }

  #isSame(one: number, other: number): boolean {
    const { applications } = this.#graph
    if (this.#operations[one] !== this.#operations[other]) return false
    const { inputCount } = applications[one] as Value // as above
    if (inputCount !== applications[other]?.inputCount) return false
    for (let k = 0; k < inputCount; k++) {
      if (this.#inputAt(one, k) !== this.#inputAt(other, k)) return false
    }
    return true
  }

  #inputAt(position: number, input: number): number {
    return this.#slots[this.#graph.inputSlot(position, input)] as number // inputs come before
  }
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
