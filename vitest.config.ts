import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { ViteUserConfig } from 'vitest/config'

const source = fileURLToPath(new URL('src', import.meta.url))
// Where `test/support/built.ts` builds what several test files need.
const built = fileURLToPath(
  new URL(`node_modules/.cache/sluice/run-${process.pid}`, import.meta.url),
)
process.once('exit', () => rmSync(built, { recursive: true, force: true }))

const full = '**/*.full.test.ts'
const alone = '**/*.alone.test.ts'

const long = {
  setupFiles: ['test/support/value-equality.ts'],
  exclude: ['**/node_modules/**', '**/dist/**'],
  testTimeout: 300_000,
  hookTimeout: 300_000,
}

/**
 * Three projects: `unit` is `npm test`; `full` is what takes minutes and `alone` what measures time or
 * memory, one file after the other: `npm run test:full`.
 */
const config: ViteUserConfig = {
  resolve: {
    alias: [
      { find: /^sluice$/, replacement: `${source}/index.ts` },
      { find: /^sluice\/([a-z]+)$/, replacement: `${source}/$1/index.ts` },
    ],
  },
  test: {
    // Named, so that the counts are printed wherever the tests run; --reporter overrides it.
    reporters: ['default'],
    maxWorkers: availableParallelism(),
    env: { SLUICE_BUILT: built },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Nothing here keeps global state, and one import of the sources serves all files.
          isolate: false,
          setupFiles: ['test/support/setup.ts'],
          include: ['{src,test,examples,studio/src}/**/*.test.ts'],
          exclude: [full, alone],
          testTimeout: 60_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'full',
          ...long,
          include: [full],
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          ...long,
          include: [alone],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          execArgv: ['--expose-gc'],
        },
      },
    ],
  },
}

export default config
