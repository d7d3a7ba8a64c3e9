/** Tells by its contents what a file is, and reads it. */

import { graph as graphOf, parse, SluiceError } from 'sluice'
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
  if (isOnnx(name, bytes)) return { form: 'model', pose: (seed) => poseOnnx(bytes, { name, seed }) }
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
    if (metadata.get('sluice')?.includes('"imported":')) {
      return { form: 'model', pose: (seed) => poseImported(bytes, { name, seed }) }
    }
    const model = decodeModel(bytes, name)
    return { form: 'model', pose: async (seed) => poseSaved(model, { name, seed }) }
  }
  const graph = parse(text)
  return { form: 'model', pose: (seed) => poseGraph(graph, { name, seed, tensors }) }
}

// What reads ONNX is loaded with the first file that needs it.
async function poseImported(
  bytes: Uint8Array,
  { name, seed }: { readonly name: string; readonly seed: number },
): Promise<PosedModel> {
  const model = decodeModel(bytes, name, await import('sluice/onnx'))
  return poseSaved(model, { name, seed })
}

/** The graph of a file for two examples, 32 on a side where they are images, and 8 of all else. */
async function poseOnnx(
  bytes: Uint8Array,
  { name, seed }: { readonly name: string; readonly seed: number },
): Promise<PosedModel> {
  const { readOnnx } = await import('sluice/onnx')
  const model = readOnnx(bytes, { name })
  const sizes = model.inputs.flatMap(({ axes = [] }) =>
    axes.map((axis, at) => [axis, at === 0 ? 2 : axes.length >= 4 && at >= 2 ? 32 : 8] as const),
  )
  const named = sizes.filter(([axis]) => typeof axis === 'string').reverse()
  const { outputs } = model.build(Object.fromEntries(named))
  return poseGraph(graphOf(outputs), { name, seed })
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

/** A message of protobuf that begins with a small number in field 1, or what is called so. */
function isOnnx(name: string, bytes: Uint8Array): boolean {
  return (
    /\.onnx$/i.test(name) || (bytes[0] === 8 && (bytes[1] ?? 0) < 32 && textOf(bytes) === undefined)
  )
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
      'a model (.safetensors of sluice train or saveModel, or .onnx), a graph as print writes it, a drawing in JSON, or a table (.csv)',
    got,
    fix: 'save it in one of these forms; export models of other programs as ONNX',
  })
}
