/** The examples that take longer, each in a process of its own and smaller where that is needed. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { long } from './telling-lines.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

describe.each(Object.entries(long))('%s', (name, { args, needs, lines }) => {
  test('prints its telling lines', async ({ skip }) => {
    const isThere = needs === undefined || existsSync(new URL(`../${needs}`, import.meta.url))
    skip(!isThere, `${needs}, which it learns from, is not beside the checkout`)
    const command = ['run', '--silent', 'example', `examples/${name}`, ...args]
    const { stdout } = await promisify(execFile)('npm', command, { cwd: root })
    const printed = stdout.split('\n')
    for (const line of lines) expect(printed).toContainEqual(expect.stringMatching(line))
  })
})
