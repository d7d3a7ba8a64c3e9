/** Tells by its contents what a file is, and reads it. */

import { parse, SluiceError } from 'sluice'
import { readDrawing } from 'sluice/draw'
import { readSafetensors } from 'sluice/formats'
import { decodeModel } from 'sluice/train'
import { poseGraph, poseSaved } from './pose-file.ts'
import type { PosedModel } from './pose-model.ts'
import type { OpenModel } from './protocol.ts'

export type ReadFile =
  | { readonly form: 'model'; readonly pose: (seed: number) => Promise<PosedModel> }
  | { readonly form: 'picture'; readonly picture: OpenModel }
  | { readonly form: 'table'; readonly text: string }

/** The key that a script's graph stands under, in the metadata of the file it is handed over in. */
export const graphKey = 'sluice-graph'

/** Throws FILE or PARSE for what is broken, empty or of no kind that is known. */
export function readFile(name: string, bytes: Uint8Array): ReadFile {
  if (bytes.length === 0) throw unknownFile(name, 'nothing: it is empty')
  if (isSafetensors(bytes)) return readTensors(name, bytes)
  const text = textOf(bytes)
  if (text === undefined) throw unknownFile(name, `bytes that begin with ${beginningOf(bytes)}`)
  const first = text.trimStart()
  if (first === '') throw unknownFile(name, 'nothing but spaces')
  if (first.startsWith('{') || first.startsWith('[')) return readPicture(name, text)
  if (/^graph\s*\{/.test(first)) {
    const graph = parse(text)
    return { form: 'model', pose: (seed) => poseGraph(graph, { name, seed }) }
  }
  if (/\.[ct]sv$/i.test(name) || looksLikeTable(text)) return { form: 'table', text }
  throw unknownFile(name, `text that begins with "${first.slice(0, 30)}"`)
}

function readTensors(name: string, bytes: Uint8Array): ReadFile {
  const { metadata, tensors } = readSafetensors(bytes, { name })
  const text = metadata.get(graphKey)
  if (text === undefined) {
    const model = decodeModel(bytes, name)
    return { form: 'model', pose: async (seed) => poseSaved(model, { name, seed }) }
  }
  const graph = parse(text)
  return { form: 'model', pose: (seed) => poseGraph(graph, { name, seed, tensors }) }
}

function readPicture(name: string, text: string): ReadFile {
  const { diagram, scene } = readDrawing(text)
  const about = 'A drawing: it can be looked at, and has no graph behind it to step through.'
  const explanation = { J: null, given: [], equations: [], notes: [] }
  const picture = { id: 'file', title: name, about, diagram, scene, explanation }
  return { form: 'picture', picture }
}

/** Eight bytes that say how long the header is, and the brace that it begins with. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

/** Two lines or more, with one delimiter as often in the second as in the first. */
function looksLikeTable(text: string): boolean {
  const [first = '', second = ''] = text.split(/\r?\n/, 2)
  const count = (line: string, sign: string) => line.split(sign).length
  return [',', ';', '\t'].some(
    (sign) => count(first, sign) > 1 && count(first, sign) === count(second, sign),
  )
}

function beginningOf(bytes: Uint8Array): string {
  const first = Array.from(bytes.slice(0, 4), (byte) => byte.toString(16).padStart(2, '0'))
  return first.join(' ')
}

function unknownFile(name: string, got: string): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `${name} is nothing that the studio opens`,
    expected:
      'a model (.safetensors of sluice train or saveModel), a graph as print writes it, a drawing in JSON, or a table (.csv)',
    got,
    fix: 'save it in one of these forms; models of other programs cannot be read',
  })
}
