/**
 * What a stranger gets: the package is packed, installed into an empty folder, and README's first
 * example is type-checked there, run in Node, and bundled for a browser by Vite.
 */
import { execFile } from 'node:child_process'
import { access, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build, type Rolldown } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')

/** A browser has none of these, so a bundle for it must not take a path that is Node's. */
const withoutNodeGlobals =
  'data:text/javascript,delete globalThis.process; delete globalThis.Buffer; delete globalThis.global'

let folder = ''
let installed = ''
let files: readonly string[] = []

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sluice-package-')))
  installed = join(folder, 'node_modules/sluice')
  await run('npm', ['pack', '--pack-destination', folder], { cwd: root })
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? 'no tarball'
  await write('package.json', JSON.stringify({ private: true, type: 'module' }))
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund']
  await run('npm', ['install', ...quiet, join(folder, tarball)], { cwd: folder })
  files = await listFiles(installed)
  await write('example.ts', firstExample(await readFile(join(installed, 'README.md'), 'utf8')))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the packed package', () => {
  test('holds what it needs', () => {
    const names = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']
    expect(files).toEqual(expect.arrayContaining(names))
    expect(files.filter((file) => file.startsWith('data/'))).not.toEqual([])
  })

  test('holds nothing but that: no source, no test, no build record', () => {
    const wanted =
      /^(package\.json|README\.md|LICENSE|data\/.+|dist\/.+\.(js|d\.ts)|dist\/studio\/(index\.html|icon\.svg|assets\/[\w.-]+\.(css|woff2|gz|csv)))$/
    expect(files.filter((file) => !wanted.test(file) || /\.test(-d)?\./.test(file))).toEqual([])
  })

  test('holds no path of the machine that packed it', async () => {
    const paths = [root, `${homedir()}/`, 'file:///']
    for (const file of files.filter((name) => !name.startsWith('data/'))) {
      const text = await readFile(join(installed, file), 'utf8')
      expect(
        paths.filter((path) => text.includes(path)),
        file,
      ).toEqual([])
    }
  })

  test('has a file behind every entry', async () => {
    const { exports, bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
    const targets = [...Object.values(exports).flatMap(targetsOf), ...Object.values<string>(bin)]
    expect(targets.length).toBeGreaterThan(2)
    for (const target of targets) await access(join(installed, target))
  })

  test('gives Node every entry', async () => {
    const { exports } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
    for (const entry of Object.keys(exports).filter((name) => !name.endsWith('.json'))) {
      const program = `console.log(Object.keys(await import('${join('sluice', entry)}')).length)`
      const { stdout } = await node('--input-type=module', '--eval', program)
      expect(Number(stdout), entry).toBeGreaterThan(0)
    }
  })

  test('answers `sluice --help`', async () => {
    const { stdout } = await run(join(folder, 'node_modules/.bin/sluice'), ['--help'])
    expect(stdout).toMatch(/explain[\s\S]*train/)
  })
})

describe("README's first example", () => {
  test.each([
    { module: 'nodenext', moduleResolution: 'nodenext' },
    { module: 'esnext', moduleResolution: 'bundler' },
  ])('has types under moduleResolution $moduleResolution', async (resolution) => {
    await expect(compile({ ...resolution, noEmit: true })).resolves.toBe('')
  })

  test('runs in Node', async () => {
    await compile({ module: 'nodenext', outDir: 'node' })
    expect((await node('node/example.js')).stdout).not.toBe('')
  })

  test('runs as a Vite bundle for browsers, and imports no node: module to start', async () => {
    const chunks = await bundle()
    const start = staticImports(chunks)
    expect(start.flatMap((chunk) => chunk.moduleIds.filter(isNodeModule))).toEqual([])
    expect(start.flatMap((chunk) => chunk.imports.filter(isNodeModule))).toEqual([])

    const here = (await node('node/example.js')).stdout
    const program = join('browser', entryOf(chunks).fileName)
    const there = (await node('--import', withoutNodeGlobals, program)).stdout
    // Without Node's globals nothing turns on the fused multiply-add, which rounds less often: after
    // training that shows in the last digits that are printed.
    expect(wordsOf(there)).toEqual(wordsOf(here))
    const numbers = (text: string) => [...text.matchAll(number)].map(([one]) => Number(one))
    const theirs = numbers(there)
    const distances = numbers(here).map((one, index) =>
      Math.abs(one - (theirs[index] ?? Number.NaN)),
    )
    expect(distances.length).toBeGreaterThan(100)
    expect(Math.max(...distances)).toBeLessThan(0.01)
  })
})

/** What stands between numbers; columns may be wider, and a number about 0 may have either sign. */
function wordsOf(text: string): readonly string[] {
  return text.split(number).map((words) => words.replaceAll(/[\s−-]+/g, ' ').trim())
}

/** A number as it is printed; a minus sign may be typographic, and is no part of it. */
const number = /\d+(?:\.\d+)?(?:e-?\d+)?/g

describe('a library on top of it', () => {
  test('can emit declarations of what gates give, every type being reachable', async () => {
    await write('example.ts', manyValues)
    expect(await compile({ module: 'nodenext', outDir: 'library', declaration: true })).toBe('')
  })
})

const manyValues = `
import * as s from 'sluice'
const x = s.input('x', [4, 2])
const labels = s.input('labels', [4], { dtype: 'i32' })
const image = s.input('image', [1, 2, 8, 8])
const key = s.randomKey(1)
export const values = [s.add(x, x), x.sum(0), x.softmax(), x.reshape([2, -1]), x.transpose()]
export const loss = s.mse(x, x)
export const entropy = s.crossEntropy(x, labels)
export const convolved = s.conv2d(image, s.parameter('k', [3, 2, 3, 3]), { stride: 2 })
export const joined = s.concat([x, x])
export const stacked = s.stack([x, x])
export const parts = s.split(x, [1, 3], 0)
export const hot = s.oneHot(labels, 3)
export const rows = s.take(x, labels)
export const chosen = s.where(x.greater(0), x, 0)
export const cut = s.slice(x, [[0, 2]])
export const padded = s.pad(x, [1, 1], [0, 0])
export const wide = s.cast(x, 'f64')
export const drawn = s.normal(key, [3])
export const gradients = s.gradients(loss, [x])
export const looped = s.scan(([h]) => ({ carry: [h] }), { carry: [x], length: 3 })
export const explained = s.explain(loss)
export const step = s.compile({ loss })
`

/** The first block of TypeScript in a Markdown text. */
function firstExample(markdown: string): string {
  const block = /^```ts\n([\s\S]*?)^```$/m.exec(markdown)?.[1]
  if (block === undefined) throw new Error('README.md has no ```ts block')
  return block
}

/** Compiles the example as a strict stranger would; gives the compiler's complaints. */
async function compile(options: Readonly<Record<string, unknown>>): Promise<string> {
  const strict = { strict: true, noUncheckedIndexedAccess: true, skipLibCheck: false }
  const platform = { target: 'es2023', lib: ['es2023', 'dom'], types: [] }
  const compilerOptions = { ...strict, ...platform, rootDir: '.', ...options }
  await write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['example.ts'] }))
  return run(process.execPath, [tsc, '--pretty', 'false'], { cwd: folder }).then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string }) => error.stdout,
  )
}

async function bundle(): Promise<readonly Rolldown.OutputChunk[]> {
  const result = await build({
    configFile: false,
    root: folder,
    logLevel: 'silent',
    build: {
      outDir: 'browser',
      modulePreload: false, // it needs a document, and this bundle runs in Node
      rolldownOptions: { input: join(folder, 'example.ts') },
    },
  })
  if (!('output' in result)) throw new Error('Vite gave no single bundle')
  return result.output.filter((file) => file.type === 'chunk')
}

function entryOf(chunks: readonly Rolldown.OutputChunk[]): Rolldown.OutputChunk {
  const entry = chunks.find((chunk) => chunk.isEntry)
  if (entry === undefined) throw new Error('Vite gave no entry chunk')
  return entry
}

/** The chunks that the browser loads before the program starts. */
function staticImports(chunks: readonly Rolldown.OutputChunk[]): readonly Rolldown.OutputChunk[] {
  const reached = [entryOf(chunks)]
  for (const chunk of reached)
    reached.push(
      ...chunks.filter(
        (other) => chunk.imports.includes(other.fileName) && !reached.includes(other),
      ),
    )
  return reached
}

/** Vite replaces a node: module by an empty one with this name. */
function isNodeModule(id: string): boolean {
  return id.startsWith('node:') || id.includes('__vite-browser-external')
}

function targetsOf(entry: unknown): readonly string[] {
  return typeof entry === 'string' ? [entry] : Object.values(entry as Record<string, string>)
}

async function listFiles(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .filter((name) => !name.startsWith('node_modules/'))
}

function node(...parameters: readonly string[]): Promise<{ readonly stdout: string }> {
  return run(process.execPath, [...parameters], { cwd: folder })
}

function write(name: string, text: string): Promise<void> {
  return writeFile(join(folder, name), text)
}
