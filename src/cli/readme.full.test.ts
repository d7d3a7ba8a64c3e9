/** The README's commands, in its order, as someone new would type them. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { builtExecutable } from '../../test/support/built.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('every command of the README does what it says', async () => {
  const text = await readFile(join(root, 'README.md'), 'utf8')
  const [, section = ''] = text.split('## At the command line')
  const [own = ''] = section.split('\n## ')
  const commands = own.split('\n').filter((line) => line.startsWith('npx sluice '))
  expect(commands.length).toBeGreaterThan(10)
  const folder = await mkdtemp(join(tmpdir(), 'sluice-readme-'))
  for (const name of ['data', 'test']) await symlink(join(root, name), join(folder, name))
  const main = await builtExecutable()
  const outputs = new Map<string, string>()
  for (const line of commands) {
    const command = line.replace(/\s+#.*/, '')
    const typed = command.replace('npx sluice', `node ${main}`)
    const { stdout } = await promisify(execFile)('sh', ['-c', typed], { cwd: folder })
    outputs.set(command.replace('npx sluice ', ''), stdout)
  }
  const outputOf = (start: string) => [...outputs].find(([key]) => key.startsWith(start))?.[1] ?? ''
  expect(outputOf('train data/iris.csv')).toMatch(
    /^held-out accuracy (9\d|100)\.\d % \(\d+ of 30\)/,
  )
  expect(outputOf('predict')).toMatch(
    /^predicted_species,p_setosa,p_versicolor,p_virginica\nsetosa,/,
  )
  expect(outputOf('check')).toContain('all gradients agree')
  expect(outputOf('train --resume')).toContain('after 300 epochs')
  expect(outputOf('train digits --from')).toMatch(/^held-out accuracy 9\d\.\d %/)
  expect(outputOf('explain multiply')).toMatch(/= −8[\s\S]*= 6/)
  expect(await readFile(join(folder, 'gate.svg'), 'utf8')).toContain('−12')
  await rm(folder, { recursive: true })
})
