/**
 * Bundlers may drop what a program does not use, by `sideEffects` in package.json, and must not drop
 * the file that puts the gates on Value as methods: both are tried with Vite, from the source.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

const fluent = `
  import { constant, input } from 'sluice'
  const x = input('x', [1, 2])
  const W = constant([[1], [0.25]])
  console.log(JSON.stringify(await x.matmul(W).tanh().array({ x: [[0.5, -1]] })))
`

test('a bundled program keeps its fluent methods', async () => {
  const [[value]] = JSON.parse(await output(await bundle(fluent)))
  expect(value).toBeCloseTo(Math.tanh(0.25), 6) // f32 holds 7 digits
})

test('a bundled program carries only the layers that it uses', async () => {
  const unused = ['explain', 'optim', 'nn', 'data', 'train', 'cli']
  const layers = layersOf(await bundle(fluent))
  expect(layers).toEqual(expect.arrayContaining(['ir', 'gates', 'interpret']))
  expect(unused.filter((layer) => layers.includes(layer))).toEqual([])

  const explaining = await bundle("import { explain } from 'sluice'\nconsole.log(explain)")
  expect(layersOf(explaining)).toContain('explain')
})

test('what trains with the WebAssembly backend stays small', async () => {
  const training = `
    import { compile, input, mse, parameter, sgd } from 'sluice'
    const J = mse(input('x', [4, 2]).matmul(parameter('W', [2, 1])), input('y', [4, 1]))
    console.log((await compile({ J }, { updates: sgd(J, { learningRate: 0.1 }) })).engine)
  `
  const chunks = await bundle(training)
  const bytes = chunks.reduce((total, { code }) => total + gzipSync(code, { level: 9 }).length, 0)
  // A ceiling, so that it grows no further unseen: the aim, 60 kB, is far. Every gate of the
  // registry is a method, and so in every bundle.
  expect(bytes).toBeLessThan(166_000)
})

/** A browser build of `program`; its entry is `program.js`. */
async function bundle(program: string): Promise<readonly Rolldown.OutputChunk[]> {
  const result = await build({
    configFile: false,
    root,
    logLevel: 'silent',
    resolve: { alias: [{ find: /^sluice$/, replacement: join(root, 'src/index.ts') }] },
    plugins: [
      {
        name: 'the program under test',
        resolveId: (id) => (id === 'program' ? id : undefined),
        load: (id) => (id === 'program' ? program : undefined),
      },
    ],
    build: {
      write: false,
      rolldownOptions: { input: 'program', output: { entryFileNames: 'program.js' } },
    },
  })
  if (!('output' in result)) throw new Error('Vite gave no single bundle')
  return result.output.filter((file) => file.type === 'chunk')
}

/** The folders of src that left code in the bundle. */
function layersOf(chunks: readonly Rolldown.OutputChunk[]): readonly string[] {
  const rendered = chunks.flatMap((chunk) =>
    Object.entries(chunk.modules).filter(([, { renderedLength }]) => renderedLength > 0),
  )
  const files = rendered.map(([id]) => relative(join(root, 'src'), id))
  return [...new Set(files.map((file) => file.split('/')[0] ?? ''))]
}

/** What the bundle prints when Node runs it by itself. */
async function output(chunks: readonly Rolldown.OutputChunk[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bundle-'))
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    for (const { fileName, code } of chunks) {
      await mkdir(dirname(join(folder, fileName)), { recursive: true })
      await writeFile(join(folder, fileName), code)
    }
    return (await run(process.execPath, [join(folder, 'program.js')])).stdout
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
