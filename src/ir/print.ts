/**
 * Graphs as text that a person reads and `parse` reads back: one line for each application, in
 * topological order.
 *
 *     graph {
 *       x: f32[4, 2] = input {name: "x"}
 *       W1: f32[2, 3] = state {key: "W1", symbol: "W1", trainable: true, init: f32[2, 3] fill 0}
 *       %2: f32[4, 3] = matmul(x, W1)
 *       %3, %4: f32[4, 1], f32[4, 2] = split(%2) {sizes: [1, 2], axis: 1} @recomputed
 *       output J = %4
 *       update W1 = %9
 *     }
 *
 * A value is called by its name: plain where it is a word, quoted where it is not. Where it has no
 * name it is %slot; where another value has taken the name, both: `%7 "x"`. Of several names that
 * views of one value bear, the first counts (`Graph.names`). `@` stands before a tag. Gradient
 * edges are left out: they may point at values that come later or are not in the graph.
 */
import { classifyAttribute } from './attribute.ts'
import type { Attribute, Attributes } from './gate.ts'
import { type Graph, stateOf } from './graph.ts'
import { sameShape, sizeOf } from './shape.ts'
import type { State } from './state.ts'
import type { Tensor } from './tensor.ts'
import { contentHash, isSameTensor } from './tensor-content.ts'
import {
  fillLimit,
  isUniform,
  printBytes,
  printElement,
  printElements,
  printNumber,
} from './tensor-text.ts'
import { formatType, type Value } from './value.ts'

export interface PrintOptions {
  /**
   * Whether the data of large tensors follows the graph in base64, so that `parse` gives back the
   * very graph. Default true; false leaves their content hash alone, which is for reading.
   */
  readonly full?: boolean
}

/**
 * The graph as text. With everything in it by default: `parse(print(graph))` is the same graph,
 * names included.
 *
 * Tensors of up to 16 elements stand in their line, those of one repeated element as `fill`; of
 * others the line has the content hash, and a section `constants` after the graph the data.
 */
export function print(graph: Graph, { full = true }: PrintOptions = {}): string {
  const constants = new Map<string, Tensor>()
  const text = printGraph(graph, { constants, filledCount: 0 }, '')
  if (!full || constants.size === 0) return `${text}\n`
  const lines = [...constants].map(
    ([hash, tensor]) => `  #${hash}: ${formatType(tensor)} = base64 "${printBytes(tensor)}"\n`,
  )
  return `${text}\nconstants {\n${lines.join('')}}\n`
}

/** The text of one application of a graph, as `print` writes it. */
export function printApplication(graph: Graph, position: number): string {
  const printing = { constants: new Map<string, Tensor>(), filledCount: 0 }
  return printDefinition(graph, position, referencesOf(graph), { printing, indent: '' })
}

/** What one text has gathered so far. */
interface Printing {
  readonly constants: Map<string, Tensor>
  filledCount: number
}

interface Place {
  readonly printing: Printing
  readonly indent: string
}

function printGraph(graph: Graph, printing: Printing, indent: string): string {
  const references = referencesOf(graph)
  const place = { printing, indent: `${indent}  ` }
  const use = (value: Value) => references[graph.slotOf(value)]?.use ?? '%?'
  const lines = [
    ...graph.applications.map((_, position) => printDefinition(graph, position, references, place)),
    ...Object.entries(graph.outputs).map(([name, v]) => `output ${printWord(name)} = ${use(v)}`),
    ...graph.updates.map(({ state, value }) => `update ${use(state)} = ${use(value)}`),
  ]
  return ['graph {', ...lines.map((line) => place.indent + line), `${indent}}`].join('\n')
}

interface Reference {
  readonly definition: string
  readonly use: string
}

/** How the values of a graph are written where they are defined and where they are used, by slot. */
function referencesOf(graph: Graph): readonly Reference[] {
  const names = graph.names()
  const taken = new Set<string>()
  return Array.from({ length: graph.slotCount }, (_, slot) => {
    const name = names.get(slot)
    if (name === undefined) return { definition: `%${slot}`, use: `%${slot}` }
    if (taken.has(name)) {
      return { definition: `%${slot} ${JSON.stringify(name)}`, use: `%${slot}` }
    }
    taken.add(name)
    return { definition: printWord(name), use: printWord(name) }
  })
}

function printDefinition(
  graph: Graph,
  position: number,
  references: readonly Reference[],
  place: Place,
): string {
  const application = graph.applications[position] as Value // callers stay inside
  const { gate, outputTypes, inputCount, tag } = application
  const first = graph.firstSlot(position)
  const outputs = outputTypes.map((_, index) => references[first + index]?.definition)
  const inputs = Array.from(
    { length: inputCount },
    (_, index) => references[graph.inputSlot(position, index)]?.use ?? '%?',
  )
  const attributes = printAttributes(application, place)
  return [
    `${outputs.join(', ')}: ${outputTypes.map(formatType).join(', ')} =`,
    printWord(gate.name) + (inputs.length > 0 ? `(${inputs.join(', ')})` : ''),
    ...(attributes === '' ? [] : [`{${attributes}}`]),
    ...(tag === undefined ? [] : [`@${printWord(tag)}`]),
  ].join(' ')
}

function printAttributes(application: Value, place: Place): string {
  const { gate, attributes, type } = application
  const isSource = gate.meaning.kind === 'source'
  // The line has shape and dtype already.
  if (isSource && gate.meaning.form === 'input') {
    const { shape, dtype, ...rest } = attributes
    const isPlain = Array.isArray(shape) && sameShape(shape, type.shape) && dtype === type.dtype
    if (isPlain) return printRecord(rest, place)
  }
  if (isSource && gate.meaning.form === 'state' && Object.keys(attributes).length === 1) {
    const state = stateOf(application)
    if (sameShape(state.shape, type.shape) && state.dtype === type.dtype) {
      return printRecord(stateFields(state), place)
    }
  }
  return printRecord(attributes, place)
}

function printRecord(attributes: Attributes, place: Place): string {
  return Object.entries(attributes)
    .map(([name, attribute]) => `${printWord(name)}: ${printAttribute(attribute, place)}`)
    .join(', ')
}

function printAttribute(attribute: Attribute, place: Place): string {
  const classified = classifyAttribute(attribute)
  switch (classified?.kind) {
    case 'plain': {
      const { plain } = classified
      return typeof plain === 'number' ? printNumber(plain) : JSON.stringify(plain)
    }
    case 'list':
      return `[${classified.items.map((item) => printAttribute(item, place)).join(', ')}]`
    case 'tensor':
      return printTensor(classified.tensor, place.printing)
    case 'graph':
      return printGraph(classified.graph, place.printing, place.indent)
    case 'state': {
      const { state } = classified
      return `state ${formatType(state)} {${printRecord(stateFields(state), place)}}`
    }
    case undefined:
      // No attribute: only verify shows such a graph.
      return `? ${typeof attribute}`
  }
}

/** What a state's type does not say. */
function stateFields({ key, symbol, trainable, init }: State): Attributes {
  return { key, symbol, trainable, init }
}

const inlineLimit = 16

function printTensor(tensor: Tensor, printing: Printing): string {
  const { dtype, shape, data } = tensor
  const type = formatType({ dtype, shape })
  if (data.length <= inlineLimit) return `${type} ${printElements(tensor)}`
  if (isUniform(tensor) && printing.filledCount + sizeOf(shape) <= fillLimit) {
    printing.filledCount += sizeOf(shape)
    return `${type} fill ${printElement(tensor, 0)}`
  }
  const hash = contentHash(tensor)
  const known = printing.constants.get(hash)
  // Against all odds two tensors share a hash: the second one stands in its line.
  if (known && !isSameTensor(known, tensor)) return `${type} ${printElements(tensor)}`
  printing.constants.set(hash, tensor)
  return `${type} #${hash}`
}

const reservedWords = new Set(['graph', 'output', 'update', 'constants', 'NaN', 'Infinity'])

/** A name as it is where it is a word of the language, else quoted. */
function printWord(name: string): string {
  return /^[\p{L}_][\p{L}\p{M}\p{N}_.]*$/u.test(name) && !reservedWords.has(name)
    ? name
    : JSON.stringify(name)
}
