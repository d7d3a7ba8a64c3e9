/** Signals and closed pipes, in processes of their own. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCli } from '../../test/support/cli-process.ts'
import { runCli } from '../../test/support/run-cli.ts'
import type { Signal } from './io.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-signal-'))
})
afterAll(() => rm(folder, { recursive: true }))

const endless = ['train', 'digits', '--epochs', '1000000']

describe('a training that is interrupted', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s saves the model, says where, and ends with %i', async (signal, code) => {
    const out = join(folder, `${signal}.safetensors`)
    const training = await startCli([...endless, '--out', out])
    await training.saw('held out')
    training.kill(signal)
    expect(await training.ended).toBe(code)
    expect(training.written.out).toBe('')
    expect(training.written.err).toMatch(
      new RegExp(
        `\ninterrupted in epoch \\d+ of 1000000, after step \\d+: saved ${out}\ngo on with: sluice train --resume ${out}\n$`,
      ),
    )
    const { out: summary } = await runCli(['summary', out])
    expect(summary).toContain('linear(64 → 32)')
  })

  test('without --out says that nothing is saved; with --json it is an event', async () => {
    const training = await startCli([...endless, '--json'])
    while (!training.written.out.includes('"epoch"')) await pause()
    training.kill('SIGINT')
    expect(await training.ended).toBe(130)
    expect(training.written.err).toMatch(
      /^interrupted in epoch \d+ of 1000000, after step \d+: nothing is saved, as there is no --out\n$/,
    )
    const last = training.written.out.trimEnd().split('\n').at(-1) ?? ''
    expect(JSON.parse(last)).toMatchObject({ event: 'interrupted', stopped: 'aborted' })
  })

  test('goes on listening no longer than it runs', async () => {
    const listening: string[] = []
    const onSignal = (_: (signal: Signal) => void) => {
      listening.push('on')
      return () => {
        listening.push('off')
      }
    }
    await runCli(['train', 'xor', '--epochs', '1'], { onSignal })
    expect(listening).toEqual(['on', 'off'])
  })

  test('while a table is being read has nothing to save', async () => {
    const path = join(folder, 'table.csv')
    await writeFile(path, 'a,b\n1,2\n')
    const onSignal = (listener: (signal: Signal) => void) => {
      listener('SIGINT')
      return () => undefined
    }
    expect(await runCli(['train', path], { onSignal })).toEqual({
      code: 130,
      out: '',
      err: `reading ${path}\ninterrupted while reading; there is nothing to save\n`,
    })
  })
})

test('a second signal ends what does not stop by itself', async () => {
  const io = new URL('io.ts', import.meta.url).href
  const script = `import { processIo } from '${io}'
    processIo().onSignal(() => console.log('first'))
    setInterval(() => undefined, 1000)
    console.log('ready')`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script])
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += String(chunk)
  })
  const ended = new Promise((resolve) => {
    child.on('close', resolve)
  })
  while (!out.includes('ready')) await pause()
  child.kill('SIGINT')
  while (!out.includes('first')) await pause()
  child.kill('SIGINT')
  expect(await ended).toBe(130)
})

test('a reader that has seen enough ends it quietly', async () => {
  const training = await startCli([...endless, '--json'])
  while (training.written.out === '') await pause()
  training.closeOut()
  expect(await training.ended).toBe(0)
  expect(training.written.err).toBe('')
})

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 20)
  })
}
