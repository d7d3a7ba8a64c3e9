/** What `sluice studio` is given to show: a model, an ONNX file, a graph as text, or a script that builds one. */
import { access } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { initialise } from '../compile.ts'
import { SluiceError } from '../errors.ts'
import { Graph } from '../ir/graph.ts'
import { parse } from '../print.ts'
import { createStore, settle } from '../runtime/store.ts'
import { decodeModel } from '../train/index.ts'
import { readBytes } from '../train/read-bytes.ts'
import { kindOf } from './file-kind.ts'
import { encodeGraph, graphOfScript } from './script.ts'
import type { GivenFile } from './studio-server.ts'

/** More than this a page could not show in numbers; the page refuses it as well. */
const mostBytes = 8 * 2 ** 20

const scriptKinds = ['.ts', '.mts', '.js', '.mjs', '.cjs']

/** Throws FILE or PARSE for what the page could not show, and what a script throws. */
export async function givenFile(path: string): Promise<GivenFile> {
  const name = basename(path)
  if (scriptKinds.includes(extname(path))) {
    await mustExist(path)
    return { name, content: encodeGraph(await graphOfScript(path)) }
  }
  const bytes = await readBounded(path)
  if (kindOf(bytes, path) === 'onnx') return { name, content: await onnxGraph(path) }
  // From the disk for each page that asks: it may be trained on meanwhile.
  await checkModel(bytes, path)
  return { name, content: path }
}

/** The graph of what another program exported, for one example, as one file for the page. */
async function onnxGraph(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const { loadOnnx } = await import('./onnx-file.ts')
  const { buildOnnx } = await import('./onnx-subject.ts')
  const graph = new Graph(buildOnnx(await loadOnnx(path), {}).outputs)
  const store = settle(graph, { store: createStore(), stays: true }, initialise)
  return encodeGraph({ graph, store, feeds: {} })
}

async function readBounded(path: string): Promise<Uint8Array> {
  const bytes = await readBytes(path, 2 ** 31)
  if (bytes.length <= mostBytes) return bytes
  throw new SluiceError({
    code: 'FILE',
    what: `${path} is too large for a page`,
    expected: `at most ${mostBytes / 2 ** 20} MB, of which every number can be shown`,
    got: `${(bytes.length / 2 ** 20).toFixed(1)} MB`,
    fix: 'look at it with sluice summary, explain or draw',
  })
}

async function checkModel(bytes: Uint8Array, path: string): Promise<void> {
  const text = new TextDecoder().decode(bytes.subarray(0, 256)).trimStart()
  if (/^graph\s*\{/.test(text)) parse(new TextDecoder().decode(bytes))
  else decodeModel(bytes, path, await import('../onnx/index.ts'))
}

async function mustExist(path: string): Promise<void> {
  try {
    await access(path)
  } catch {
    throw new SluiceError({
      code: 'FILE',
      what: `${path} cannot be read: there is no such file`,
      fix: 'check its name and the folder that you are in',
    })
  }
}
