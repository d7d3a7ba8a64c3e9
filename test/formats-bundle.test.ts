/** Reading files of other programs works in browsers: bytes in, values out. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const program =
  "import { readTorch, readNpz, readIdx } from 'sluice/formats'\nconsole.log(readTorch, readNpz, readIdx)"

test('a bundled program that reads PyTorch and NumPy has no node:, and no gates that it does not need', async () => {
  const result = await build({
    configFile: false,
    root,
    logLevel: 'silent',
    resolve: {
      alias: [{ find: /^sluice\/formats$/, replacement: join(root, 'src/formats/index.ts') }],
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
  const entry = result.output.find((file) => file.type === 'chunk' && file.isEntry)
  if (entry?.type !== 'chunk') throw new Error('Vite gave no entry chunk')
  expect(entry.code).toContain('names what is not run here')
  expect(entry.imports.filter((id) => id.includes('node:') || id.includes('external'))).toEqual([])
  expect(entry.code.length).toBeLessThan(60_000)
})
