/** Training runs in browsers too: what reads and writes files is loaded only where it is asked for. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const program = "import { fit, encodeModel } from 'sluice/train'\nconsole.log(fit, encodeModel)"

test('a bundled program that trains has no node: at its start', async () => {
  const result = await build({
    configFile: false,
    root,
    logLevel: 'silent',
    resolve: {
      alias: [{ find: /^sluice\/train$/, replacement: join(root, 'src/train/index.ts') }],
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
  expect(entry.code).toContain('cannot be written')
  expect(entry.imports.filter((id) => id.includes('node:') || id.includes('external'))).toEqual([])
})
