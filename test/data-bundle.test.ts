/** A bundler finds the files that `sluice/data` ships, and puts them next to the program. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const program = "import { digits } from 'sluice/data'\nconsole.log((await digits()).length)"

test('a bundled program that reads the digits has their file beside it, and no node: at its start', async () => {
  const result = await build({
    configFile: false,
    root,
    logLevel: 'silent',
    resolve: { alias: [{ find: /^sluice\/data$/, replacement: join(root, 'src/data/index.ts') }] },
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
  const asset = result.output.find((file) => file.type === 'asset')
  expect(asset?.originalFileNames).toEqual(['data/digits.csv.gz'])
  expect(asset?.source).toEqual(await readFile(join(root, 'data/digits.csv.gz')))

  const entry = result.output.find((file) => file.type === 'chunk' && file.isEntry)
  if (entry?.type !== 'chunk') throw new Error('Vite gave no entry chunk')
  expect(entry.code).toContain(asset?.fileName ?? 'no asset')
  expect(entry.imports.filter((id) => id.includes('node:') || id.includes('external'))).toEqual([])
})
