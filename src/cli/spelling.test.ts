import { expect, test } from 'vitest'
import { runCli } from '../../test/support/run-cli.ts'
import { spelled } from './spelling.ts'

test('text stays as it is where the locale has UTF-8, or says nothing', () => {
  for (const environment of [{}, { LANG: 'de_DE.UTF-8' }, { LC_ALL: 'C.utf8', LANG: 'C' }]) {
    expect(spelled('ŷ − y²', environment)).toBe('ŷ − y²')
  }
})

test('the first of LC_ALL, LC_CTYPE and LANG decides', () => {
  expect(spelled('−', { LC_ALL: 'C', LANG: 'en_US.UTF-8' })).toBe('-')
  expect(spelled('−', { LC_ALL: '', LC_CTYPE: 'POSIX', LANG: 'en_US.UTF-8' })).toBe('-')
})

test('columns stay in line where a spelling is longer', () => {
  const lines = 'a → b  c\nabc    c\n'
  expect(spelled(lines, { LC_ALL: 'C' })).toBe('a -> b c\nabc    c\n')
})

test.each([
  [['explain', '--layers', '2,3,1']],
  [['explain', '--layers', '3,2', '--criterion', 'crossEntropy', '--optimizer', 'adam']],
  [['train', 'xor', '--epochs', '100']],
  [['summary', 'digits']],
  [['check', '--layers', '2,3,1']],
  [['draw', '--layers', '2,3,1', '--values', '--format', 'text']],
  [['train', '--help']],
])('%j prints nothing but ASCII under LC_ALL=C', async (argv) => {
  const { code, out, err } = await runCli(argv, { environment: { LC_ALL: 'C' } })
  expect(code).toBe(0)
  expect((out + err).match(/[^\n -~]/g)).toBeNull()
})

test('data stay as they are', async () => {
  const argv = ['explain', '--layers', '2,3,1', '--json']
  expect((await runCli(argv, { environment: { LC_ALL: 'C' } })).out).toBe((await runCli(argv)).out)
})
