/**
 * When two graphs are the same: the same gates, attributes, types, wiring, tags, outputs in order
 * and by name, and updates. What values are called, the names of inputs and the keys and symbols
 * of states do not count: inputs and states correspond in the order of their first appearance.
 * What a state holds first does count, and whether it is trainable. Gradient edges do not.
 *
 * In a graph that is an attribute, as the body of a scan, inputs count by name and states by key:
 * there these say which operand an input stands for.
 *
 * One description serves both comparison and hash: a list of tokens for each application, which
 * follow each other in topological order. Time is linear in the graph and in its constants.
 */
import { internalError } from '../errors.ts'
import { classifyAttribute } from './attribute.ts'
import { ContentHash } from './content-hash.ts'
import type { Attribute, GateDefinition } from './gate.ts'
import { Graph, inputName, stateOf } from './graph.ts'
import { isTensor, type Tensor } from './tensor.ts'
import { hashTensor, isSameTensor } from './tensor-content.ts'
import type { Value } from './value.ts'

/** Whether two graphs are structurally the same. */
export function isSameGraph(a: Graph, b: Graph): boolean {
  return isSame(a, b, { isInner: false, known: new Map() })
}

/**
 * A key of 16 hexadecimal digits that graphs share when they are structurally the same; others
 * share one by the odds in content-hash.ts.
 *
 * Gates count by name. Where several gates of one name are met (a user's gate made by a function),
 * the second and further ones are told apart by an order that holds in this process only.
 */
export function structureKey(graph: Graph): string {
  return keyOf(graph, { isInner: false, known: new Map() })
}

/**
 * A key that applications share when they compute the same from the same inputs, which are given
 * as numbers of the caller's choice. Sources share none: each is itself.
 */
export function operationKey(application: Value, inputs: readonly number[]): string {
  const { gate, outputTypes } = application
  const tokens: Token[] = [gate, application.tag ?? null, outputTypes.length]
  for (const { dtype, shape } of outputTypes) tokens.push(dtype, shape.length, ...shape)
  tokens.push(inputs.length, ...inputs)
  describeAttributes(application, true, tokens)
  const hash = new ContentHash()
  const walk = { isInner: true, known: new Map<Graph, string>() }
  for (const token of tokens) hashToken(token, hash, walk)
  return hash.digest()
}

type Token = number | string | boolean | null | GateDefinition | Tensor | Graph

/** Facts about the inner graphs that were seen, so that one that is shared is walked once. */
interface Walk<Known> {
  readonly isInner: boolean
  readonly known: Map<Graph, Known>
}

function isSame(a: Graph, b: Graph, { isInner, known }: Walk<Graph>): boolean {
  if (a === b || known.get(a) === b) return true
  if (a.applications.length !== b.applications.length) return false
  const ofA: Token[] = []
  const ofB: Token[] = []
  const inner = { isInner: true, known }
  // Position applications.length stands for the outputs and updates.
  for (let position = 0; position <= a.applications.length; position++) {
    ofA.length = 0
    ofB.length = 0
    describe(a, position, isInner, ofA)
    describe(b, position, isInner, ofB)
    if (ofA.length !== ofB.length) return false
    for (let index = 0; index < ofA.length; index++) {
      // Both lists have this index.
      if (!isSameToken(ofA[index] as Token, ofB[index] as Token, inner)) return false
    }
  }
  known.set(a, b)
  return true
}

function isSameToken(a: Token, b: Token, walk: Walk<Graph>): boolean {
  if (Object.is(a, b)) return true
  if (a instanceof Graph) return b instanceof Graph && isSame(a, b, walk)
  return isTensor(a) && isTensor(b) && isSameTensor(a, b)
}

function keyOf(graph: Graph, { isInner, known }: Walk<string>): string {
  const seen = known.get(graph)
  if (seen !== undefined) return seen
  const hash = new ContentHash()
  const tokens: Token[] = []
  const inner = { isInner: true, known }
  for (let position = 0; position <= graph.applications.length; position++) {
    tokens.length = 0
    describe(graph, position, isInner, tokens)
    for (const token of tokens) hashToken(token, hash, inner)
  }
  const key = hash.digest()
  if (isInner) known.set(graph, key)
  return key
}

/** Each kind of token is marked by a word of its own. */
function hashToken(token: Token, hash: ContentHash, walk: Walk<string>): void {
  if (typeof token === 'number') {
    const isSmall = (token | 0) === token && !Object.is(token, -0)
    hash.addWord(isSmall ? 1 : 2)
    if (isSmall) hash.addWord(token)
    else hash.addNumber(token)
  } else if (typeof token === 'string') {
    hash.addWord(3)
    hash.addText(token)
  } else if (token === null || typeof token === 'boolean') {
    hash.addWord(token === null ? 4 : token ? 5 : 6)
  } else if (token instanceof Graph) {
    hash.addWord(7)
    hash.addText(keyOf(token, walk))
  } else if (isTensor(token)) {
    hash.addWord(8)
    hashTensor(token, hash)
  } else {
    hash.addWord(9)
    hash.addText(identityOf(token))
  }
}

function describe(graph: Graph, position: number, isInner: boolean, into: Token[]): void {
  const application = graph.applications[position]
  if (!application) {
    describeEnds(graph, into)
    return
  }
  const { gate, inputCount, outputTypes } = application
  into.push(gate, application.tag ?? null, outputTypes.length)
  for (const { dtype, shape } of outputTypes) into.push(dtype, shape.length, ...shape)
  into.push(inputCount)
  for (let k = 0; k < inputCount; k++) into.push(graph.inputSlot(position, k))
  describeAttributes(application, isInner, into)
}

function describeEnds(graph: Graph, into: Token[]): void {
  const outputs = Object.entries(graph.outputs)
  into.push(outputs.length)
  for (const [name, value] of outputs) into.push(name, graph.slotOf(value))
  into.push(graph.updates.length)
  for (const { state, value } of graph.updates) into.push(graph.slotOf(state), graph.slotOf(value))
}

function describeAttributes(application: Value, isInner: boolean, into: Token[]): void {
  const { meaning } = application.gate
  if (meaning.kind === 'source') {
    if (meaning.form === 'state') describeState(application, isInner, into)
    else if (isInner) into.push(inputName(application))
    return
  }
  const { attributes } = application
  const names = Object.keys(attributes)
  into.push(names.length)
  if (names.length > 1) names.sort()
  for (const name of names) {
    into.push(name)
    describeAttribute(attributes[name] as Attribute, into) // name is a key
  }
}

function describeState(application: Value, isInner: boolean, into: Token[]): void {
  const { key, trainable, init } = stateOf(application)
  into.push(trainable, init)
  if (isInner) into.push(key)
}

/** A number for its kind goes before each attribute, so that no two lists of tokens can be confused. */
function describeAttribute(attribute: Attribute, into: Token[]): void {
  const classified = classifyAttribute(attribute)
  switch (classified?.kind) {
    case 'plain':
      into.push(0, classified.plain)
      return
    case 'list':
      into.push(1, classified.items.length)
      for (const item of classified.items) describeAttribute(item, into)
      return
    case 'tensor':
      into.push(2, classified.tensor)
      return
    case 'graph':
      into.push(3, classified.graph)
      return
    case 'state': {
      const { key, symbol, shape, dtype, trainable, init } = classified.state
      into.push(4, key, symbol, shape.length, ...shape, dtype, trainable, init)
      return
    }
    case undefined:
      throw internalError('isSameGraph: an attribute is no plain data', String(attribute))
  }
}

// A memory of what was met, not a registry: it only keeps two gates of one name from sharing keys.
const identities = new WeakMap<GateDefinition, string>()
const countByName = new Map<string, number>()

/** A gate's name, with a number where another gate of that name was met before. */
function identityOf(gate: GateDefinition): string {
  const known = identities.get(gate)
  if (known !== undefined) return known
  const count = (countByName.get(gate.name) ?? 0) + 1
  countByName.set(gate.name, count)
  const identity = count === 1 ? gate.name : `${gate.name}#${count}`
  identities.set(gate, identity)
  return identity
}
