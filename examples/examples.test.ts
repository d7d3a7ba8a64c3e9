/** Every quick example runs to its end and prints what it promises; examples.full.test.ts has the others. */
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, promisify } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { long, quick } from './telling-lines.ts'

const folder = new URL('.', import.meta.url)
const root = fileURLToPath(new URL('..', folder))

const examples = readdirSync(folder).filter((name) => /^\d\d-.+\.ts$/.test(name))

afterEach(() => {
  vi.restoreAllMocks()
})

test('every example has its telling lines', () => {
  expect([...Object.keys(quick), ...Object.keys(long)].toSorted()).toEqual(examples.toSorted())
})

describe.each(Object.entries(quick))('%s', (name, lines) => {
  test('prints its telling lines', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    await import(new URL(name, folder).href)
    const printed = log.mock.calls.flatMap((call) => format(...call).split('\n'))
    for (const line of lines) {
      expect(printed).toContainEqual(expect.stringMatching(line))
    }
  })
})

test('npm run example runs one without a build', async () => {
  const args = ['run', '--silent', 'example', 'examples/01-one-gate.ts']
  const { stdout } = await promisify(execFile)('npm', args, { cwd: root })
  expect(stdout).toMatch(/^multiply 3 by -4: -12$/m)
})
