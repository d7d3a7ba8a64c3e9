import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import packageFacts from '../../package.json' with { type: 'json' }
import { runCli } from '../../test/support/run-cli.ts'

const commands = ['train', 'predict', 'explain', 'draw', 'summary', 'check', 'demo']

describe('help', () => {
  test('lists the commands, the exit codes and the environment', async () => {
    const { code, out, err } = await runCli(['--help'])
    expect([code, err]).toEqual([0, ''])
    for (const command of commands) expect(out).toMatch(new RegExp(`^  ${command} +\\w`, 'm'))
    expect(out).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}130 /)
    expect(out).toMatch(/NO_COLOR.*\n.*COLUMNS.*\n.*LC_ALL.*\n.*SLUICE_DEBUG/)
  })

  test.each(commands)('of %s has examples', async (command) => {
    const { code, out } = await runCli([command, '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(new RegExp(`Examples:\\n  \\$ .*sluice ${command}`))
    expect(await runCli(['help', command])).toEqual(await runCli([command, '--help']))
  })

  test.each(commands)('of %s keeps within 80 columns, but for examples', async (command) => {
    const { out } = await runCli([command, '--help'])
    const [facts = ''] = out.split('Examples:')
    expect(facts.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('is what comes where nothing is asked, as a usage error', async () => {
    const { code, out, err } = await runCli([])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('Usage: sluice')
  })
})

test('--version prints the version of the package', async () => {
  expect(await runCli(['--version'])).toEqual({
    code: 0,
    out: `${packageFacts.version}\n`,
    err: '',
  })
})

describe('a slip is answered with the nearest word, and code 2', () => {
  test.each([
    [['trian', 'digits'], "error: unknown command 'trian'\n(Did you mean train?)\n"],
    [
      ['train', 'xor', '--epoch', '3'],
      "error: unknown option '--epoch'\n(Did you mean --epochs?)\n",
    ],
    [['explain', '--layer', '2,3'], "error: unknown option '--layer'\n(Did you mean --layers?)\n"],
    [
      ['explain', 'multiply', '--upsteam', '2'],
      "error: unknown option '--upsteam'\n(Did you mean --upstream?)\n",
    ],
    [['draw', '--layrs', '2,3'], "error: unknown option '--layrs'\n(Did you mean --layers?)\n"],
    [['predict', 'a.safetensors'], "error: missing required argument 'table'\n"],
  ])('%j', async (argv, message) => {
    const { code, out, err } = await runCli(argv)
    expect([code, out]).toEqual([2, ''])
    expect(err.startsWith(message), err).toBe(true)
    expect(err).toMatch(/\nSee sluice.* --help\n$/)
  })
})

describe('an error', () => {
  const argv = ['train', 'nowhere']

  test('is its message and no stack', async () => {
    const { code, out, err } = await runCli(argv)
    expect([code, out]).toEqual([2, ''])
    expect(err).toBe(
      'NAME there is no dataset "nowhere"\n' +
        '  expected  xor, moons, circles, spiral, iris, digits; or a file such as data.csv\n' +
        '  got       "nowhere"\n' +
        '  fix       choose one of those\n',
    )
  })

  test('has a stack under SLUICE_DEBUG', async () => {
    const { err } = await runCli(argv, { environment: { SLUICE_DEBUG: '1' } })
    expect(err).toMatch(/there is no dataset "nowhere"[\s\S]*\n {4}at .*usage\.ts/)
  })
})

describe('the executable', () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const sluice = (...argv: string[]) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', main, ...argv])

  test('prints data on stdout and ends with 0', async () => {
    const { stdout, stderr } = await sluice('explain', 'multiply', '--a', '3', '--b', '-4')
    expect(stdout).toContain('z = 3 · (−4) = −12')
    expect(stderr).toBe('')
  })

  test('prints errors on stderr and ends with their code', async () => {
    await expect(sluice('train', 'xor', '--layers', '2,3,2')).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        'OPTION --layers: the widths do not fit the dataset "xor"\n' +
        '  expected  2 first and 1 last\n' +
        '  got       2,3,2\n' +
        '  fix       try --layers 2,3,1\n',
    })
  })
})
