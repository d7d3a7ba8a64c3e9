/** `readDrawing`: a drawing from the JSON that it was written as. */
import { SluiceError } from '../errors.ts'
import type { Diagram } from './diagram.ts'
import { createDrawing, type Drawing } from './drawing.ts'
import type { PictureOptions } from './picture-options.ts'
import { jsonVersion } from './to-json.ts'

/**
 * The drawing that `JSON.stringify(drawing)` wrote, which can be written in every form again. Places
 * are found anew from what is drawn, so they are those of this version of the package.
 *
 * Throws: PARSE where the text is no JSON, of another format or version, or names nodes or frames
 * that it does not have.
 *
 * @example
 * readDrawing(readFileSync('network.json', 'utf8')).toSvg()
 */
export function readDrawing(json: string): Drawing {
  const data = record(parsed(json), 'the file')
  if (data.format !== 'sluice-drawing')
    throw refusal('the file', '"format": "sluice-drawing"', data.format)
  if (data.version !== jsonVersion)
    throw refusal('the file', `"version": ${jsonVersion}`, data.version)
  const options = optionsFrom(record(data.options, 'options'))
  const diagram = record(data.diagram, 'diagram')
  checkDiagram(diagram)
  return createDrawing(diagram as unknown as Diagram, options) // checked line by line above
}

type Data = Readonly<Record<string, unknown>>
type Check = (value: unknown, where: string) => void

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw refusal('the file', 'JSON', error instanceof Error ? error.message : undefined)
  }
}

function optionsFrom({ direction, shapes, theme }: Data): PictureOptions {
  return {
    direction: one(['right', 'down'], direction, 'options.direction'),
    shapes: one([true, false], shapes, 'options.shapes'),
    theme: one(['auto', 'light', 'dark', 'print'], theme, 'options.theme'),
  }
}

function checkDiagram(diagram: Data): void {
  check(diagram, 'diagram', { title: text, description: text })
  const frames = listOf(diagram.frames, 'diagram.frames', {
    ...{ id: text, label: text, kind: oneOf(['layer', 'composite']) },
    parent: optional(text),
  })
  const frameIds = idsOf(frames, 'diagram.frames')
  // A frame stands after the one around it, so none can be around itself.
  frames.forEach(({ parent }, index) => {
    const known = new Set(frames.slice(0, index).map(({ id }) => id))
    if (parent !== undefined) mustKnow(known, parent, `diagram.frames[${index}].parent`)
  })
  const nodes = listOf(diagram.nodes, 'diagram.nodes', nodeChecks)
  const nodeIds = idsOf(nodes, 'diagram.nodes')
  nodes.forEach(({ frame }, index) => {
    if (frame !== undefined) mustKnow(frameIds, frame, `diagram.nodes[${index}].frame`)
  })
  const edges = listOf(diagram.edges, 'diagram.edges', edgeChecks)
  idsOf(edges, 'diagram.edges')
  edges.forEach(({ from, to }, index) => {
    mustKnow(nodeIds, from, `diagram.edges[${index}].from`)
    mustKnow(nodeIds, to, `diagram.edges[${index}].to`)
  })
  texts(diagram.notes, 'diagram.notes')
}

const text: Check = (value, where) => {
  if (typeof value !== 'string') throw refusal(where, 'a text', value)
}

const count: Check = (value, where) => {
  if (!Number.isSafeInteger(value) || Number(value) < 0) throw refusal(where, 'a count', value)
}

const shape: Check = (value, where) => {
  for (const [axis, size] of list(value, where).entries()) count(size, `${where}[${axis}]`)
}

const texts: Check = (value, where) => {
  for (const [index, item] of list(value, where).entries()) text(item, `${where}[${index}]`)
}

const number: Check = (value, where) => {
  check(record(value, where), where, { text, cells: optional(rows) })
}

const rows: Check = (value, where) => {
  for (const [row, cells] of list(value, where).entries()) texts(cells, `${where}[${row}]`)
}

const closeUp: Check = (value, where) => {
  const checks = { local: optional(text), localValue: optional(number), product: optional(text) }
  check(record(value, where), where, checks)
}

const activity = optional(oneOf(['forward', 'backward', 'update']))

const nodeChecks: Readonly<Record<string, Check>> = {
  ...{ id: text, label: text },
  kind: oneOf(['variable', 'constant', 'operation', 'group', 'update']),
  ...{ detail: optional(text), gate: optional(text), role: optional(text), hint: optional(text) },
  ...{ equation: optional(text), frame: optional(text), shape: optional(shape) },
  variable: optional(oneOf(['input', 'parameter', 'state', 'output'])),
  times: optional(count),
  active: activity,
}

const edgeChecks: Readonly<Record<string, Check>> = {
  ...{ id: text, from: text, to: text, phase: oneOf(['forward', 'update']) },
  ...{ name: optional(text), gradientName: optional(text), shape: optional(shape) },
  ...{ value: optional(number), gradient: optional(number), closeUp: optional(closeUp) },
  active: activity,
}

function oneOf(known: readonly string[]): Check {
  return (value, where) => {
    one(known, value, where)
  }
}

function optional(inner: Check): Check {
  return (value, where) => {
    if (value !== undefined) inner(value, where)
  }
}

function check(data: Data, where: string, checks: Readonly<Record<string, Check>>): void {
  for (const [key, inner] of Object.entries(checks)) inner(data[key], `${where}.${key}`)
}

function listOf(
  value: unknown,
  where: string,
  checks: Readonly<Record<string, Check>>,
): readonly Data[] {
  return list(value, where).map((item, index) => {
    const data = record(item, `${where}[${index}]`)
    check(data, `${where}[${index}]`, checks)
    return data
  })
}

function idsOf(items: readonly Data[], where: string): ReadonlySet<unknown> {
  const ids = new Set<unknown>()
  items.forEach(({ id }, index) => {
    if (ids.has(id)) throw refusal(`${where}[${index}].id`, 'an id of its own', id)
    ids.add(id)
  })
  return ids
}

function mustKnow(known: ReadonlySet<unknown>, id: unknown, where: string): void {
  if (!known.has(id)) throw refusal(where, 'an id that stands before', id)
}

function one<T>(known: readonly T[], value: unknown, where: string): T {
  const found = known.find((candidate) => candidate === value)
  if (found === undefined) {
    throw refusal(where, known.map((item) => JSON.stringify(item)).join(' or '), value)
  }
  return found
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw refusal(where, 'a list', value)
  return value
}

function record(value: unknown, where: string): Data {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusal(where, 'an object', value)
  }
  return value as Data // an object, whatever its keys hold
}

function refusal(where: string, expected: string, got: unknown): SluiceError {
  const shown = typeof got === 'string' ? got : (JSON.stringify(got) ?? 'nothing')
  return new SluiceError({
    code: 'PARSE',
    what: 'readDrawing: this is no drawing',
    where,
    expected,
    got: shown.length > 60 ? `${shown.slice(0, 60)}…` : shown,
    fix: 'pass what JSON.stringify(drawing) wrote, unchanged',
  })
}
