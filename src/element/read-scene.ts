/** Reads a scene from plain data that came from elsewhere: nothing is believed unseen. */

import type { Scene } from '../draw/scene.ts'
import { SluiceError } from '../errors.ts'

/**
 * The scene of a drawing: what `drawing.toJSON()` gives, also as read from a file.
 *
 * Throws: PARSE where it is no drawing.
 */
export function readScene(data: unknown): Scene {
  const drawing = record(data, 'the file')
  if (drawing.format !== 'sluice-drawing') {
    throw refusal('the file', '"format": "sluice-drawing"', drawing.format)
  }
  if (drawing.version !== 1) throw refusal('the file', '"version": 1', drawing.version)
  sceneShape(drawing.scene, 'scene')
  return drawing.scene as Scene // checked part by part above
}

type Check = (value: unknown, where: string) => void

const text: Check = (value, where) => {
  if (typeof value !== 'string') throw refusal(where, 'a text', value)
}

const number: Check = (value, where) => {
  if (!Number.isFinite(value)) throw refusal(where, 'a number', value)
}

const positive: Check = (value, where) => {
  if (!Number.isFinite(value) || Number(value) <= 0) throw refusal(where, 'a size', value)
}

function oneOf(...known: readonly string[]): Check {
  return (value, where) => {
    if (!known.some((one) => one === value)) throw refusal(where, known.join(', '), value)
  }
}

function object(parts: Readonly<Record<string, Check>>): Check {
  const entries = Object.entries(parts)
  return (value, where) => {
    const data = record(value, where)
    for (const [key, check] of entries) check(data[key], `${where}.${key}`)
  }
}

function listOf(check: Check): Check {
  return (value, where) => {
    if (!Array.isArray(value)) throw refusal(where, 'a list', value)
    for (const [index, item] of value.entries()) check(item, `${where}[${index}]`)
  }
}

function optional(check: Check): Check {
  return (value, where) => {
    if (value !== undefined) check(value, where)
  }
}

const point = object({ x: number, y: number })
const box = object({ x: number, y: number, width: number, height: number })
const phase = optional(oneOf('forward', 'backward', 'update'))
const textClass = oneOf(
  ...['label', 'sign', 'detail', 'name', 'given', 'forward', 'gradient', 'local', 'shape'],
  ...['equation', 'note'],
)

const segment: Check = (value, where) => {
  const { kind, control } = record(value, where)
  object({ kind: oneOf('line', 'curve'), to: point })(value, where)
  if (kind === 'line') return
  listOf(point)(control, `${where}.control`)
  if (!Array.isArray(control) || control.length !== 2) {
    throw refusal(`${where}.control`, 'two points', control)
  }
}

const sceneShape = object({
  ...{ width: positive, height: positive, title: text, description: text },
  frames: listOf(object({ id: text, box })),
  lines: listOf(
    object({
      ...{ id: text, from: text, to: text, kind: oneOf('forward', 'gradient', 'update') },
      ...{ start: point, path: listOf(segment), active: phase },
      head: object({ tip: point, angle: number }),
    }),
  ),
  nodes: listOf(
    object({
      ...{ id: text, box, hint: text, active: phase },
      kind: oneOf('variable', 'constant', 'operation', 'group', 'update'),
      form: oneOf('box', 'circle', 'pill', 'stack'),
    }),
  ),
  labels: listOf(
    object({
      ...{ owner: text, of: oneOf('node', 'edge', 'frame', 'scene'), box },
      texts: listOf(
        object({
          ...{ text, class: textClass, x: number, y: number, size: positive },
          anchor: oneOf('start', 'middle', 'end'),
        }),
      ),
      brackets: optional(listOf(object({ box, class: textClass }))),
    }),
  ),
})

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusal(where, 'an object', value)
  }
  return value as Readonly<Record<string, unknown>> // an object, whatever its keys hold
}

function refusal(where: string, expected: string, got: unknown): SluiceError {
  const shown = typeof got === 'string' ? got : (JSON.stringify(got) ?? 'nothing')
  return new SluiceError({
    code: 'PARSE',
    what: 'sluice-graph: this is no drawing',
    where,
    expected,
    got: shown.length > 60 ? `${shown.slice(0, 60)}…` : shown,
    fix: 'give it what JSON.stringify(drawing) wrote',
  })
}
