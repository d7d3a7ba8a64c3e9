/** A bundler keeps what lets graphs show themselves in notebooks, and needs no library for PNG. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const program = `
  import { input } from 'sluice'
  import 'sluice/draw'
  const y = input('x', [2]).tanh().named('y')
  console.log(...Object.keys(y[Symbol.for('Jupyter.display')]()))
`

test('a bundled program that imports sluice/draw has values that show themselves', async () => {
  const result = await build({
    configFile: false,
    root,
    logLevel: 'silent',
    resolve: {
      alias: [
        { find: /^sluice$/, replacement: join(root, 'src/index.ts') },
        { find: /^sluice\/draw$/, replacement: join(root, 'src/draw/index.ts') },
      ],
    },
    plugins: [
      {
        name: 'the program under test',
        resolveId: (id) => (id === 'program' ? id : undefined),
        load: (id) => (id === 'program' ? program : undefined),
      },
    ],
    build: { write: false, target: 'es2022', rolldownOptions: { input: 'program' } },
  })
  if (!('output' in result)) throw new Error('Vite gave no single bundle')
  const [entry, ...others] = result.output.filter((file) => file.type === 'chunk')
  if (!entry) throw new Error('Vite gave no entry chunk')
  expect(others).toEqual([])
  expect(entry.imports).toEqual([])

  const folder = await mkdtemp(join(tmpdir(), 'sluice-draw-bundle-'))
  try {
    await writeFile(join(folder, 'program.mjs'), entry.code)
    const { stdout } = await run(process.execPath, [join(folder, 'program.mjs')])
    expect(stdout).toBe('image/svg+xml text/plain\n')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
