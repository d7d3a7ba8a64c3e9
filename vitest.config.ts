import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { ViteUserConfig } from 'vitest/config'

const source = fileURLToPath(new URL('src', import.meta.url))
const full = '**/*.full.test.ts'

/** Two projects: `unit` is `npm test`, `full` is what takes minutes: `npm run test:full`. */
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
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Nothing here keeps global state, and one import of the sources serves all files.
          isolate: false,
          setupFiles: ['test/support/setup.ts'],
          include: ['{src,test,examples,studio/src}/**/*.test.ts'],
          exclude: [full],
          testTimeout: 60_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'full',
          setupFiles: ['test/support/value-equality.ts'],
          include: [full],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Several of these measure time or memory: one file at a time, with gc() at hand.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          execArgv: ['--expose-gc'],
        },
      },
    ],
  },
}

export default config
