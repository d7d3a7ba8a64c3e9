/** What a saved model says of itself: a JSON document under `sluice` in the metadata of its file. */
import { type Preparation, parsePreparation } from '../data/index.ts'
import { SluiceError } from '../errors.ts'
import { type DocumentKind, readDocument, writeDocument } from '../formats/document.ts'
import { parsePlainJson } from '../formats/strict-json.ts'
import type { HeadSpec, ImportedSpec, NetworkSpec } from '../nn/index.ts'

/** Everything about a model but its weights. All of it is JSON. */
export interface ModelFacts {
  readonly network: NetworkSpec
  /** What was done to the data before the network saw it, for those who predict to do again. */
  readonly preparation?: Preparation
  /** What each class index means. */
  readonly classes?: readonly string[]
  /** How well it does on what was held out: loss, accuracy, r2, mae. */
  readonly metrics?: Readonly<Record<string, number>>
  /** Whatever the one who trained it wants to find again. */
  readonly plan?: unknown
}

/**
 * What a document says of itself. Version 1 had its version under `format` and no name; version 2 names
 * its format as our other documents do.
 */
const kind: DocumentKind = {
  format: 'sluice-model',
  subject: 'its model',
  version: 2,
  migrations: { 1: (fields) => fields },
  unnamedVersion: ({ format }) => (format === 1 ? 1 : undefined),
}

/** The greatest width that a layer may have, so that a file cannot ask for all memory. */
const greatestWidth = 2 ** 24

/** The document as text; what is not there stays out. */
export function encodeDocument(facts: Partial<ModelFacts>): string {
  const { network, preparation, classes, metrics, plan } = facts
  return writeDocument(kind, { network, preparation, classes, metrics, plan })
}

/**
 * Reads a document of any version so far. Throws FILE for a later one or one that is damaged;
 * `network` is absent where training was of a function and not of a network by name.
 */
export function decodeDocument(text: string, name: string): Partial<ModelFacts> {
  const document = readDocument(text, kind, { name })
  const { network, preparation, classes, metrics, plan } = document
  return {
    ...(network !== undefined && { network: networkFrom(network, name) }),
    ...(preparation !== undefined && { preparation: preparationFrom(preparation, name) }),
    ...(classes !== undefined && { classes: textsFrom(classes, name, 'classes') }),
    ...(metrics !== undefined && { metrics: metricsFrom(metrics, name) }),
    ...(plan !== undefined && { plan }),
  }
}

/** A JSON object by its keys. Throws FILE for anything else. */
export function objectFrom(text: string, name: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = parsePlainJson(text, { name, depth: 64 })
  if (isRecord(parsed)) return parsed
  throw damagedDocument(name, 'what it says of its model', 'a JSON object', text)
}

/** The error of a document in which something is not what it must be. */
export function damagedDocument(
  name: string,
  where: string,
  expected: string,
  got: unknown,
): SluiceError {
  const text = got === undefined ? 'nothing' : typeof got === 'string' ? got : JSON.stringify(got)
  return new SluiceError({
    code: 'FILE',
    what: `${name}: its description is damaged`,
    where,
    expected,
    got: text.length > 60 ? `${text.slice(0, 60)}…` : text,
    fix: 'train and save it again',
  })
}

function networkFrom(value: unknown, name: string): NetworkSpec {
  if (!isRecord(value)) throw damagedDocument(name, 'network', 'an object', value)
  const { layers, activation, criterion, task, inputs, target, imported } = value
  if (!Array.isArray(layers) || layers.length < 2 || !layers.every(isWidth)) {
    throw damagedDocument(name, 'network.layers', 'two widths or more', layers)
  }
  if (typeof activation !== 'string' || typeof criterion !== 'string') {
    throw damagedDocument(name, 'network', 'an activation and a criterion by name', value)
  }
  if (task !== 'classification' && task !== 'regression') {
    throw damagedDocument(name, 'network.task', 'classification or regression', task)
  }
  return {
    layers,
    activation,
    criterion,
    task,
    ...(inputs !== undefined && { inputs: textsFrom(inputs, name, 'network.inputs') }),
    ...(typeof target === 'string' && { target }),
    ...(imported !== undefined && { imported: importedFrom(imported, name) }),
  }
}

function importedFrom(value: unknown, name: string): ImportedSpec {
  if (!isRecord(value)) throw damagedDocument(name, 'network.imported', 'an object', value)
  const { graph, exampleShape, head } = value
  if (typeof graph !== 'string') {
    throw damagedDocument(name, 'network.imported.graph', 'an ONNX graph in base64', graph)
  }
  if (!Array.isArray(exampleShape) || exampleShape.length > 8 || !exampleShape.every(isWidth)) {
    throw damagedDocument(name, 'network.imported.exampleShape', 'sizes', exampleShape)
  }
  return { graph, exampleShape, ...(head !== undefined && { head: headFrom(head, name) }) }
}

function headFrom(value: unknown, name: string): HeadSpec {
  if (!isRecord(value)) throw damagedDocument(name, 'network.imported.head', 'an object', value)
  const { name: own, widths, activation } = value
  if (typeof own !== 'string' || typeof activation !== 'string') {
    throw damagedDocument(name, 'network.imported.head', 'a name and an activation', value)
  }
  if (Array.isArray(widths) && widths.length >= 2 && widths.every(isWidth)) {
    return { name: own, widths, activation }
  }
  throw damagedDocument(name, 'network.imported.head.widths', 'two widths or more', widths)
}

function isWidth(width: unknown): width is number {
  return Number.isInteger(width) && Number(width) >= 1 && Number(width) <= greatestWidth
}

function preparationFrom(value: unknown, name: string): Preparation {
  try {
    return parsePreparation(value)
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    const { where = 'the whole', expected = '', got } = error
    throw damagedDocument(name, `preparation, ${where}`, expected, got)
  }
}

function textsFrom(value: unknown, name: string, where: string): readonly string[] {
  const isText = (item: unknown): item is string => typeof item === 'string'
  if (Array.isArray(value) && value.every(isText)) return value
  throw damagedDocument(name, where, 'a list of texts', value)
}

function metricsFrom(value: unknown, name: string): Readonly<Record<string, number>> {
  if (!isRecord(value)) throw damagedDocument(name, 'metrics', 'numbers by name', value)
  const numbers = Object.entries(value).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  )
  return Object.fromEntries(numbers)
}

/** Whether something read from JSON is an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
