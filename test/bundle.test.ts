/**
 * Bundlers may drop what nobody imports, by `sideEffects` in package.json, and must not drop the
 * file that puts the gates on Value as methods: both are tried with Vite, straight from the source.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

test('a bundled program keeps its fluent methods', async () => {
  const bundle = await bundled(`
    import { constant, input } from 'sluice'
    const x = input('x', [1, 2])
    const W = constant([[1], [0.25]])
    console.log(JSON.stringify(await x.matmul(W).tanh().array({ x: [[0.5, -1]] })))
  `)
  const [[value]] = JSON.parse(await output(bundle))
  expect(value).toBeCloseTo(Math.tanh(0.25), 6) // f32 holds 7 digits
})

test('a program that imports only the error class carries no gate', async () => {
  const fluent = await bundled(`
    import { input } from 'sluice'
    console.log(input('x', [2, 2]).tanh().shape.join())
  `)
  const errorOnly = await bundled(`
    import { SluiceError } from 'sluice'
    console.log(SluiceError.name.length)
  `)
  expect(await output(fluent)).toBe('2,2\n')
  expect(Number(await output(errorOnly))).toBeGreaterThan(0)
  expect(size(errorOnly)).toBeLessThan(0.2 * size(fluent))
})

/** The files of a browser build of `program`, by name; the entry is `program.js`. */
async function bundled(program: string): Promise<ReadonlyMap<string, string>> {
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
  return new Map(
    result.output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code]] : [])),
  )
}

function size(bundle: ReadonlyMap<string, string>): number {
  return [...bundle.values()].reduce((sum, code) => sum + code.length, 0)
}

/** What the bundle prints when Node runs it by itself. */
async function output(bundle: ReadonlyMap<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bundle-'))
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    for (const [name, code] of bundle) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), code)
    }
    return (await run(process.execPath, [join(folder, 'program.js')])).stdout
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
