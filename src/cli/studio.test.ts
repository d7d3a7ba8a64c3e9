/** `sluice studio` with a model or a script: what it serves, and what it says of a broken one. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startNode } from '../../test/support/cli-process.ts'
import { readSafetensors } from '../formats/index.ts'
import { input } from '../gates/index.ts'
import { type NetworkSpec, partsOf } from '../nn/index.ts'
import { parse } from '../print.ts'
import { trace } from '../read.ts'
import { createStore } from '../runtime/store.ts'
import { saveModel } from '../train/index.ts'
import '../methods.ts'
import { givenFile } from './given.ts'
import type { Io } from './io.ts'
import { openerFor } from './open-browser.ts'
import { studioAfter } from './studio.ts'
import { serveStudio } from './studio-server.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-studio-given-'))
  await writeFile(at('index.html'), '')
})

afterAll(() => rm(folder, { recursive: true }))

const at = (name: string) => join(folder, name)

async function saved(name: string): Promise<string> {
  const network: NetworkSpec = {
    ...{ layers: [2, 3, 1], activation: 'sigmoid', criterion: 'mse', task: 'regression' },
  }
  const store = createStore({ seed: 1 })
  const { model, criterion } = partsOf(network)
  const J = criterion(model(input('x', [1, 2])), input('y', [1, 1]))
  await trace(J, { x: [[0, 1]], y: [[1]] }, { store }) // makes its weights
  await saveModel(at(name), { network, store })
  return at(name)
}

test('a saved model is served beside the build, and nothing else of its folder', async () => {
  const path = await saved('iris 1.safetensors')
  await writeFile(at('secret.txt'), 'nobody may read this')
  const given = await givenFile(path)
  const build = await mkdtemp(join(tmpdir(), 'sluice-studio-build-'))
  await writeFile(join(build, 'index.html'), '')
  const server = await serveStudio({ folder: build, port: 0, given })
  const answer = await fetch(`${server.url}given/iris%201.safetensors`)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  expect([...readSafetensors(bytes).tensors.keys()]).toContain('0.weight')
  const paths = ['given/', 'given/secret.txt', 'given/..%2Fsecret.txt', 'given/other.safetensors']
  for (const one of paths) expect((await fetch(`${server.url}${one}`)).status).toBe(404)
  await server.close()
  await rm(build, { recursive: true })
})

test('what is no model is told before anything is served', async () => {
  await writeFile(at('broken.safetensors'), 'not at all')
  await expect(givenFile(at('broken.safetensors'))).rejects.toThrow(/^FILE .*broken\.safetensors/)
  await expect(givenFile(at('none.mjs'))).rejects.toThrow(/none\.mjs.*no such file/)
  await expect(givenFile(at('none.safetensors'))).rejects.toThrow(/no such file/)
  await writeFile(at('large.safetensors'), new Uint8Array(8 * 2 ** 20 + 1))
  await expect(givenFile(at('large.safetensors'))).rejects.toThrow(/too large[\s\S]*at most 8 MB/)
  await writeFile(at('graph.txt'), 'graph {\n  x: f32[2] = input\n  output y = z\n}')
  await expect(givenFile(at('graph.txt'))).rejects.toThrow(/^PARSE/)
})

const library = new URL('../index.ts', import.meta.url).href
const reader = new URL('./script.ts', import.meta.url).href

/** Runs scripts in a process where Node loads them, as it does for a user. */
async function graphsOf(scripts: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [name, text] of Object.entries(scripts)) await writeFile(at(name), text)
  const paths = Object.keys(scripts).map(at)
  const driver = `
    import { writeFile } from 'node:fs/promises'
    import { encodeGraph, graphOfScript } from '${reader}'
    const results = []
    for (const path of ${JSON.stringify(paths)}) {
      try {
        await writeFile(path + '.tensors', encodeGraph(await graphOfScript(path)))
        results.push('fine')
      } catch (error) {
        results.push(error.message)
      }
    }
    console.log(JSON.stringify(results))`
  await writeFile(at('driver.mjs'), driver)
  const { written, ended } = startNode(['--import', 'tsx', at('driver.mjs')])
  expect(await ended, written.err).toBe(0)
  return JSON.parse(written.out)
}

describe('scripts', () => {
  const head = `import { constant, input, parameter, mse, compile, sgd, createStore } from '${library}'\n`
  const scripts = {
    'value.mjs': `${head}
      const x = input('x', [2])
      export const J = x.multiply(parameter('w', [2], { init: 3 })).sum().named('J')
      export const feeds = { x: [1, 2] }`,
    'made.mjs': `${head}
      export default async () => {
        const x = input('x', [1])
        const J = mse(x.multiply(parameter('w', [1], { init: 3 })), constant([1])).named('J')
        const step = await compile({ J }, { updates: sgd(J, { learningRate: 0.5 }) })
        step.run({ x: [1] })
        return step
      }`,
    'nothing.mjs': 'export const other = 1',
    'number.mjs': 'export const J = 1',
    'throws.mjs': `${head}\n\nthrow new TypeError('no luck')`,
    'shapes.mjs': `${head}export const J = () => input('a', [2, 3]).matmul(input('b', [2, 3]))`,
  }
  let results: readonly string[] = []

  beforeAll(async () => {
    results = await graphsOf(scripts)
  })

  test('a value with its feeds and weights becomes one file, and so does a trained program', async () => {
    expect(results.slice(0, 2)).toEqual(['fine', 'fine'])
    const read = async (name: string) => readSafetensors(await readFile(at(`${name}.tensors`)))
    const value = await read('value.mjs')
    expect(Object.keys(parse(value.metadata.get('sluice-graph') ?? '').outputs)).toEqual(['J'])
    expect([...(value.tensors.get('feed/x')?.data ?? [])]).toEqual([1, 2])
    expect([...(value.tensors.get('state/w')?.data ?? [])]).toEqual([3, 3])
    // w − 0.5 · 2(3 − 1) = 1 after the one step that the script took.
    expect([...((await read('made.mjs')).tensors.get('state/w')?.data ?? [])]).toEqual([1])
  })

  test('what exports no graph is told what to export', async () => {
    const [nothing, number] = results.slice(2, 4)
    expect(nothing).toMatch(/nothing\.mjs exports nothing to show\n[\s\S]*got +other/)
    expect(number).toMatch(/its export J is no graph\n[\s\S]*got +number/)
  })

  test('what a script throws is told with its line', async () => {
    const [throws, shapes] = results.slice(4)
    expect(throws).toMatch(/throws\.mjs: TypeError\n +where +throws\.mjs:4[\s\S]*no luck/)
    expect(shapes).toMatch(/shapes\.mjs, J\(\): matmul: inner sizes differ[\s\S]*shapes\.mjs:2/)
  })
})

describe('after the demo', () => {
  /** What is said until Ctrl-C, which comes as soon as there is something to end. */
  async function said(isTerminal: boolean, port = 0): Promise<string> {
    let out = ''
    const io: Io = {
      out: (text) => {
        out += String(text)
      },
      err: () => {},
      terminals: { out: isTerminal, err: isTerminal },
      columns: 80,
      environment: { LC_ALL: 'C.UTF-8' },
      onSignal: (listener) => {
        queueMicrotask(() => listener('SIGINT'))
        return () => {}
      },
    }
    await studioAfter(io, { port, folder })
    return out
  }

  test('a person on a terminal gets the studio, and how to stop it', async () => {
    expect(await said(true)).toMatch(
      /^The studio is at http:\/\/127\.0\.0\.1:\d+\/\. Stop it with Ctrl-C\.\n$/,
    )
  })

  test('a port that is taken is told', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => blocker.once('listening', resolve))
    const { port } = blocker.address() as AddressInfo // it listens on a port
    const text = await said(true, port)
    blocker.close()
    expect(text).toContain(`(port ${port} is taken)`)
    expect(text).not.toContain(`:${port}/`)
  })

  test('a pipe gets the way to it, and ends', async () => {
    expect(await said(false)).toBe('See all of this in a browser: npx sluice studio\n')
  })
})

test('a browser is opened where there is a desktop', () => {
  expect(openerFor('linux', {})).toBeUndefined()
  expect(openerFor('linux', { DISPLAY: ':0' })).toEqual(['xdg-open'])
  expect(openerFor('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toEqual(['xdg-open'])
  expect(openerFor('darwin', {})).toEqual(['open'])
  expect(openerFor('win32', {})).toEqual(['cmd', '/c', 'start', ''])
})
