import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../../test/support/run-cli.ts'

const pathOf = (name: string) =>
  fileURLToPath(new URL(`../../test/vectors/onnx/${name}.onnx`, import.meta.url))
const digits = pathOf('digits')
const iris = fileURLToPath(new URL('../../data/iris.csv', import.meta.url))

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-fine-tune-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** The tensors of a file, by name. */
async function tensorsOf(path: string) {
  const { readSafetensors } = await import('../formats/index.ts')
  return readSafetensors(await readFile(path)).tensors
}

describe('a model that was fine-tuned', () => {
  test('is what every other command takes', async () => {
    const model = join(folder, 'tuned.safetensors')
    const argv = ['train', 'digits', '--from', digits, '--freeze', 'conv*,bn1', '--hidden', '16']
    expect((await runCli([...argv, '--epochs', '1', '--out', model])).code).toBe(0)
    expect((await runCli(['summary', model])).out).toContain('head fc 32-16-10')
    expect((await runCli(['draw', model, '--format', 'text'])).out).toContain('crossEntropy')
    expect((await runCli(['explain', model, '--no-values', '--rows', '1'])).code).toBe(0)
    const more = await runCli(['train', '--resume', model, '--epochs', '2'])
    expect(more.err).toContain('2,810 of 4,050 parameters learn')
    expect(more.out).toMatch(/^held-out accuracy \d\d\.\d % .* after 2 epochs/)
    const again = ['train', 'digits', '--from', model, '--head', 'keep', '--freeze', '2']
    expect((await runCli([...again, '--epochs', '1'])).code).toBe(0)
  })

  test('goes on to the same bits where it is interrupted', async () => {
    const [whole, halves] = [join(folder, 'whole.safetensors'), join(folder, 'halves.safetensors')]
    const argv = ['train', 'digits', '--from', digits, '--freeze', '--head', '/Flatten_output_0']
    expect((await runCli([...argv, '--epochs', '2', '--out', whole])).code).toBe(0)
    await runCli([...argv, '--epochs', '1', '--out', halves])
    await runCli(['train', '--resume', halves, '--epochs', '2'])
    expect(await tensorsOf(halves)).toEqual(await tensorsOf(whole))
  })

  test('goes on from a model that was saved here', async () => {
    const out = join(folder, 'iris.safetensors')
    const argv = ['train', iris, '--epochs', '1', '--hidden', '5', '--out', out]
    expect((await runCli(argv)).code).toBe(0)
    const next = join(folder, 'next.safetensors')
    const { err } = await runCli([
      ...['train', 'iris', '--from', out, '--freeze', 'all', '--hidden', '4'],
      ...['--epochs', '1', '--out', next],
    ])
    expect(err).toContain('(4-5-4-3)')
    // 4 · 5 + 5 frozen; 5 · 4 + 4 + 4 · 3 + 3 learn.
    expect(err).toContain('39 of 64 parameters learn')
    expect((await tensorsOf(next)).get('0.weight')).toEqual((await tensorsOf(out)).get('0.weight'))
  })
})
