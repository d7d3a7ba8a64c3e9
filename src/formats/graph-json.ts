/**
 * Graphs with their weights as JSON of our own, for programs that want to look into them. Applications
 * stand in topological order; values are counted, each output of an application one, and are named by
 * their number wherever they are used. Gradient edges are left out, as `print` leaves them out.
 */
import { SluiceError } from '../errors.ts'
import * as functional from '../functional/index.ts'
import * as gates from '../gates/index.ts'
import { applyGate } from '../ir/apply-gate.ts'
import { type AnyFunction, type Gate, type GateDefinition, isGate } from '../ir/gate.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import { sameShape } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import { formatType, isSameType, type Value } from '../ir/value.ts'
import { createStore, type Store } from '../runtime/store.ts'
import { tooLarge } from './damaged.ts'
import {
  type DocumentFields,
  type DocumentKind,
  isFields,
  readDocument,
  writeDocument,
} from './document.ts'
import {
  attributeFromJson,
  attributeToJson,
  type JsonReading,
  odd,
  tensorFromJson,
  tensorToJson,
  typeFromJson,
} from './json-attribute.ts'

const kind: DocumentKind = {
  ...{ format: 'sluice-graph', subject: 'what it says', version: 1, migrations: {} },
}

export interface WriteGraphJsonOptions {
  /** Where its states have their contents; without one, they are left out. */
  readonly store?: Store
}

export interface GraphJson {
  readonly graph: Graph
  /** The contents of its states, as far as the document has them: `compile(…, { store })`. */
  readonly store: Store
}

export interface ReadGraphJsonOptions {
  /** What errors call the document. Default `the graph`. */
  readonly name?: string
  /**
   * Longer texts are refused. Default 2²⁴, 16 MiB: larger weights belong into safetensors.
   */
  readonly maxBytes?: number
  /** Gates from outside the package that it names. */
  readonly gates?: readonly Gate<AnyFunction>[]
}

/**
 * A graph, or a training step with its updates, and what its states hold as JSON; numbers come back to
 * the bit. `print` is shorter, and for people.
 *
 * Throws: STATE where the store lacks a trainable state of the graph.
 *
 * @example
 * await writeFile('network.json', writeGraphJson(graph({ J }), { store: step.store }))
 */
export function writeGraphJson(graph: Graph, { store }: WriteGraphJsonOptions = {}): string {
  const known = new Set(store?.states.map(({ key }) => key))
  const states: Record<string, unknown> = {}
  for (const { key, trainable } of store ? graph.states.map(stateOf) : []) {
    if (store && (trainable || known.has(key))) states[key] = tensorToJson(store.get(key))
  }
  return writeDocument(kind, { graph: graphToJson(graph), states: store && states })
}

/**
 * The graph that `writeGraphJson` wrote, of this version or an earlier one, and a store with what its
 * states hold. Every gate checks its own application again.
 *
 * Throws: FILE for what is no such document, is of a later version, nests too deep, is longer than
 * `maxBytes`, names gates that are not there, or holds a graph that the gates turn away.
 *
 * @example
 * const { graph, store } = readGraphJson(await readFile('network.json', 'utf8'))
 * const program = await compile(graph.outputs, { updates: graph.updates, store })
 */
export function readGraphJson(
  text: string,
  { name = 'the graph', maxBytes = 2 ** 24, gates: own = [] }: ReadGraphJsonOptions = {},
): GraphJson {
  if (text.length > maxBytes) throw tooLarge(name, maxBytes, `${text.length}`)
  const memory = Math.max(3 * 2 ** 23, maxBytes)
  const fields = readDocument(text, kind, { name, depth: 128, memory })
  const known = [...Object.values(gates), ...Object.values(functional), ...own].filter(isAnyGate)
  const byName = new Map(known.map(({ definition }) => [definition.name, definition]))
  const reading: JsonReading = {
    name,
    readGraph: (value, where) => graphFromJson(value, { gates: byName, reading, where }),
  }
  const graph = reading.readGraph(fields.graph, 'the graph')
  const states = fields.states ?? {}
  if (!isFields(states)) throw odd(name, 'states', 'tensors by key', states)
  const contents = Object.entries(states).map(
    ([key, value]) => [key, tensorFromJson(value, name, `state "${key}"`)] as const,
  )
  return { graph, store: storeOf(graph, new Map(contents), name) }
}

function isAnyGate(candidate: unknown): candidate is Gate<AnyFunction> {
  return isGate(candidate)
}

/** A store that holds the contents of the graph's states. Throws FILE for those of others. */
function storeOf(graph: Graph, contents: ReadonlyMap<string, Tensor>, name: string): Store {
  const store = createStore()
  const states = new Map(graph.states.map(stateOf).map((state) => [state.key, state]))
  for (const [key, tensor] of contents) {
    const state = states.get(key)
    const isOwn = state?.dtype === tensor.dtype && sameShape(state.shape, tensor.shape)
    if (!isOwn) {
      const expected = state ? formatType(state) : 'a state of the graph'
      throw odd(name, `state "${key}"`, expected, formatType(tensor))
    }
    store.declare(state, () => tensor)
  }
  return store
}

function graphToJson(graph: Graph): unknown {
  const names = graph.names()
  const slotOf = (value: Value) => graph.slotOf(value)
  const applications = graph.applications.map(
    ({ gate, attributes, outputTypes, tag }, position) => {
      const first = graph.firstSlot(position)
      const inputs = Array.from({ length: graph.inputCount(position) }, (_, index) =>
        graph.inputSlot(position, index),
      )
      const written = Object.entries(attributes).map(([key, attribute]) => [
        key,
        attributeToJson(attribute, graphToJson),
      ])
      return {
        gate: gate.name,
        ...(inputs.length > 0 && { inputs }),
        ...(written.length > 0 && { attributes: Object.fromEntries(written) }),
        outputs: outputTypes.map(({ dtype, shape }, index) => {
          const name = names.get(first + index)
          return { ...(name !== undefined && { name }), dtype, shape }
        }),
        ...(tag !== undefined && { tag }),
      }
    },
  )
  return {
    applications,
    outputs: Object.fromEntries(
      Object.entries(graph.outputs).map(([name, value]) => [name, slotOf(value)]),
    ),
    updates: graph.updates.map(({ state, value }) => [slotOf(state), slotOf(value)]),
  }
}

interface GraphReading {
  readonly gates: ReadonlyMap<string, GateDefinition>
  readonly reading: JsonReading
  readonly where: string
}

function graphFromJson(value: unknown, place: GraphReading): Graph {
  const { reading, where } = place
  const { applications, outputs, updates } = isFields(value) ? value : ({} as DocumentFields) // none
  if (!Array.isArray(applications) || !isFields(outputs) || !Array.isArray(updates)) {
    throw odd(reading.name, where, 'applications, outputs and updates', value)
  }
  const values: Value[] = []
  for (const [position, application] of applications.entries()) {
    values.push(...applied(application, values, { ...place, where: `application ${position}` }))
  }
  const used = (slot: unknown, user: string): Value => {
    const found = typeof slot === 'number' ? values[slot] : undefined
    if (found) return found
    throw odd(reading.name, user, `a number below ${values.length}`, slot)
  }
  const ends = Object.entries(outputs).map(([name, slot]) => [name, used(slot, `output "${name}"`)])
  const changes = updates.map((update, index) => {
    const [state, next] = Array.isArray(update) ? update : []
    const user = `update ${index}`
    return { state: used(state, user), value: used(next, user) }
  })
  return attempt(reading.name, where, () => new Graph(Object.fromEntries(ends), changes))
}

/** The outputs of one application, under their names. */
function applied(value: unknown, before: readonly Value[], place: GraphReading): readonly Value[] {
  const { gates: known, reading, where } = place
  const { name } = reading
  const fields: DocumentFields = isFields(value) ? value : {}
  const { gate: word, inputs = [], attributes = {}, outputs, tag } = fields
  const gate = typeof word === 'string' ? known.get(word) : undefined
  if (!gate) throw odd(name, where, 'the name of a gate that is there', word)
  if (!Array.isArray(inputs) || !isFields(attributes) || !Array.isArray(outputs)) {
    throw odd(name, where, 'inputs, attributes and outputs', value)
  }
  if (tag !== undefined && typeof tag !== 'string') throw odd(name, where, 'a tag', tag)
  const operands = inputs.map((slot) => {
    const found = typeof slot === 'number' ? before[slot] : undefined
    if (found) return found
    throw odd(name, `${where}, ${gate.name}`, `an input below ${before.length}`, slot)
  })
  const read = Object.entries(attributes).map(([key, attribute]) => [
    key,
    attributeFromJson(attribute, reading, `${where}, ${key}`),
  ])
  const made = attempt(name, `${where}, ${gate.name}`, () =>
    applyGate(gate, operands, Object.freeze(Object.fromEntries(read)), tag),
  )
  if (outputs.length !== made.outputCount) {
    throw odd(name, where, `${made.outputCount} outputs`, outputs.length)
  }
  return outputs.map((output, index) => labelled(made.output(index), output, { name, where }))
}

function labelled(
  value: Value,
  output: unknown,
  { name, where }: { readonly name: string; readonly where: string },
): Value {
  const type = typeFromJson(output, name, where)
  if (!isSameType(type, value.type)) {
    throw odd(name, where, formatType(value.type), formatType(type))
  }
  const label = isFields(output) ? output.name : undefined
  if (label === undefined) return value
  if (typeof label !== 'string') throw odd(name, where, 'a name', label)
  return value.labelled({ name: label })
}

/** What `make` gives; whatever it throws comes out as an error about the file. */
function attempt<T>(name: string, where: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof SluiceError) throw odd(name, where, error.expected ?? '', error.what)
    const message = error instanceof Error ? error.message : String(error)
    throw odd(name, where, 'operands and attributes as the gate itself makes them', message)
  }
}
