import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
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
  folder = await mkdtemp(join(tmpdir(), 'sluice-imported-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('an ONNX file', () => {
  test('is summed up by its layers, with its ports', async () => {
    const { code, out } = await runCli(['summary', digits])
    expect(code).toBe(0)
    expect(out).toContain(
      'ONNX, opset 15, 12 nodes, by pytorch 1.13.0\ninputs   image float[batch, 1, 8, 8]',
    )
    expect(out).toMatch(/^conv2 +conv +\[1, 16, 4, 4\] +1,152 +36,864$/m)
    // 72 + 16 + 1152 + 32 + 2080 + 330
    expect(out).toMatch(/^total +3,682 +[\d,]+$/m)
  })

  test('is drawn in boxes by the names of its weights, forward unless more is asked for', async () => {
    const argv = ['draw', digits, '--format', 'text']
    const { out } = await runCli(argv)
    for (const part of ['conv conv1', 'layer bn1', 'linear hidden', 'linear fc', 'logits']) {
      expect(out).toContain(part)
    }
    expect(out).not.toContain('mse')
    expect((await runCli([...argv, '--criterion', 'crossEntropy'])).out).toContain('crossEntropy')
  })

  test('is drawn in boxes where PyTorch has folded its norms and renamed its weights', async () => {
    const { out } = await runCli(['draw', pathOf('encoder'), '--format', 'text'])
    expect(out).toContain('block layers')
    expect(out).not.toContain('onnx::')
  })

  test('is explained with a cost, for the sizes that are given', async () => {
    const argv = ['explain', pathOf('mlp'), '--no-values', '--size', 'batch=3']
    const { code, out } = await runCli(argv)
    expect(code).toBe(0)
    expect(out).toMatch(/^F\d+ +J = mean\(\(y0 − y\)²\) +\[3, 3\]/m)
    expect(out).toMatch(/^U1 +0\.weight ← 0\.weight − lr · dJ\/d0\.weight/m)
  })

  test('has gradients that are right', async () => {
    const { code, out } = await runCli(['check', pathOf('mlp')])
    expect([code, out.split('\n').at(-2)]).toEqual([
      0,
      'all gradients agree with finite differences',
    ])
  })

  test('predicts rows of a table, a column for each number that it gives', async () => {
    const { code, out, err } = await runCli(['predict', pathOf('mlp'), iris, '--keep', 'species'])
    expect([code, err]).toEqual([0, ''])
    const lines = out.trimEnd().split('\n')
    expect(lines[0]).toBe('species,y0_0,y0_1,y0_2')
    expect(lines).toHaveLength(151)
    const shares = ['predict', pathOf('mlp'), iris, '--keep', 'species', '--probabilities']
    const [, first = ''] = (await runCli(shares)).out.split('\n')
    const sum = first
      .split(',')
      .slice(1)
      .reduce((total, share) => total + Number(share), 0)
    expect(sum).toBeCloseTo(1, 6) // f32, to seven digits
  })

  test('that does not take the columns of a table says so', async () => {
    expect(await runCli(['predict', pathOf('mlp'), iris])).toEqual({
      ...{ code: 1, out: '' },
      err:
        `DATA ${iris}: its columns are not what the network takes\n` +
        '  where     input "x" [batch, 4]\n' +
        '  expected  4 numbers an example\n' +
        '  got       5 columns: sepal length (cm), sepal width (cm), petal length (cm), petal width (cm), species\n' +
        '  fix       name the columns that are no inputs by --keep: id,label\n',
    })
  })

  test.each([
    [['summary', digits, '--size', 'batch'], 'OPTION --size: "batch" says no size\n'],
    [['summary', digits, '--size', 'bacth=2'], 'OPTION onnx: no input has a size "bacth"\n'],
    [['draw', digits, '--layers', '2,3,1'], 'OPTION draw: '],
    [['explain', iris], `FILE ${iris} is no safetensors file\n`],
  ])('%j is refused', async (argv, message) => {
    expect((await runCli(argv)).err.startsWith(message)).toBe(true)
  })
})

/** The tensors of a file, by name. */
async function tensorsOf(path: string) {
  const { readSafetensors } = await import('../formats/index.ts')
  return readSafetensors(await readFile(path)).tensors
}

describe('sluice train --from', () => {
  test('replaces the head of an ONNX file, and leaves what is frozen as it was', async () => {
    const out = join(folder, 'tuned.safetensors')
    const argv = [
      'train',
      'digits',
      '--from',
      digits,
      '--freeze',
      'conv*,bn1',
      '--epochs',
      '1',
      '--threads',
      '1',
    ]
    const { code, err } = await runCli([...argv, '--hidden', '16', '--seed', '3', '--out', out])
    expect(code).toBe(0)
    expect(err).toContain(`digits  on from ${digits} (64-10), adam with learning rate 0.001`)
    // 32 of bn2, 2080 of hidden, 32 · 16 + 16 + 16 · 10 + 10 of the new head, of those and 72 + 16 + 1152.
    expect(err).toContain('2,810 of 4,050 parameters learn')
    const tensors = await tensorsOf(out)
    expect(tensors.get('fc.0.weight')?.shape).toEqual([16, 32]) // as PyTorch keeps it
    const { readOnnx } = await import('../onnx/index.ts')
    const { weights } = readOnnx(await readFile(digits))
    expect(tensors.get('conv1.weight')).toEqual(weights.get('conv1.weight'))
    expect(tensors.get('hidden.weight')).not.toEqual(weights.get('hidden.weight'))
  })

  test.each([
    [[iris, '--from', digits], 'DATA --from ', '1 × 8 × 8 = 64 numbers an example'],
    [['digits', '--from', digits, '--freeze', 'conv9'], 'OPTION --freeze: ', 'did you mean "conv'],
    [['digits', '--from', digits, '--freeze', '9'], 'OPTION --freeze 9: ', 'up to 5'],
    [
      ['digits', '--from', digits, '--head', '/Flaten_output_0'],
      'OPTION onnx: ',
      '"/Flatten_output_0"',
    ],
    [
      ['digits', '--from', digits, '--head', 'keep', '--hidden', '4'],
      'OPTION --hidden: ',
      'leave one',
    ],
    [[iris, '--from', pathOf('lstm')], 'OPTION onnx: ', 'sizes of all axes'],
    [['digits', '--from', digits, '--layers', '64,10'], 'OPTION --layers: ', 'leave out --layers'],
    [
      ['digits', '--from', digits, '--resume', 'x'],
      'OPTION --from and --resume: ',
      'one of the two',
    ],
    [['digits', '--freeze'], 'OPTION --freeze: there is no network', '--from model.onnx'],
    [[iris, '--from', iris], `FILE ${iris} is no safetensors file`, ''],
  ])('%j is refused, with what would do', async (argv, message, fix) => {
    const { code, err } = await runCli(['train', ...argv, '--epochs', '1'])
    expect(code).toBeGreaterThan(0)
    const error = err.slice(err.search(/^(OPTION|DATA|FILE) /m))
    expect(error.startsWith(message)).toBe(true)
    expect(error).toContain(fix)
  })
})

describe('weights without a network', () => {
  test('of linear layers in a row are a network, others are told what to give', async () => {
    const { writeSafetensors } = await import('../formats/index.ts')
    const { tensor } = await import('../ir/tensor.ts')
    const rows = (count: number, width: number) =>
      Array.from({ length: count }, (_, i) => Array.from({ length: width }, (_, k) => (i - k) / 9))
    const ones = (count: number) => Array.from({ length: count }, () => 1)
    const row = {
      'fc1.weight': tensor(rows(6, 4)),
      'fc1.bias': tensor(ones(6)),
      'fc2.weight': tensor(rows(3, 6)),
      'fc2.bias': tensor(ones(3)),
    }
    const path = join(folder, 'state-dict.safetensors')
    await writeFile(path, writeSafetensors(row))
    const { out } = await runCli(['summary', path, '--activation', 'tanh'])
    expect(out).toContain('4-6-3, tanh, crossEntropy: a classification')
    await writeFile(path, writeSafetensors({ ...row, 'norm.weight': tensor(ones(3)) }))
    const { code, err } = await runCli(['train', iris, '--from', path])
    expect(code).toBe(1)
    expect(err).toContain('has weights, but does not say how they make a network')
    expect(err).toContain('torch.onnx.export')
  })
})
