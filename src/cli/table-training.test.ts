/** Tables of one's own: trained on, predicted, gone on with. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flowersCsv } from '../../test/support/flowers.ts'
import { runCli } from '../../test/support/run-cli.ts'

let folder = ''
const at = (name: string) => join(folder, name)
const kindOptions = ['--target', 'kind', '--ignore', 'id', '--epochs', '30']

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-cli-'))
  await writeFile(at('flowers.csv'), flowersCsv())
  await runCli(['train', at('flowers.csv'), ...kindOptions, '--out', at('kind.safetensors')])
  const priceOptions = ['--target', 'price', '--ignore', 'id,kind', '--epochs', '200']
  const out = ['--out', at('price.safetensors')]
  await runCli(['train', at('flowers.csv'), ...priceOptions, ...out, '--learning-rate', '0.01'])
})

afterAll(() => rm(folder, { recursive: true }))

describe('sluice train on a table', () => {
  test('tells apart the classes of the target column, on rows it has not seen', async () => {
    const { code, out, err } = await runCli(['train', at('flowers.csv'), ...kindOptions])
    expect(code).toBe(0)
    // 90 rows, a fifth of each of the 3 kinds held out; the three lie far from each other.
    expect(out).toMatch(
      /^held-out accuracy 100\.0 % \(18 of 18\) after 30 epochs, 90 steps, \d+\.\d s\n$/,
    )
    const lines = err.split('\n')
    expect(lines[0]).toBe(`reading ${at('flowers.csv')}`)
    // length, width, colour=red, colour=white and price.
    expect(lines[1]).toBe(
      `${at('flowers.csv')}  5-32-3, relu, adam with learning rate 0.003, batches of 32, seed 1`,
    )
    // 5 · 32 + 32 + 32 · 3 + 3
    expect(lines[2]).toBe('291 parameters, 72 examples to learn from, 18 held out, 3 classes')
    expect(lines[3]).toMatch(/^epoch {2}2 of 30 {2}loss \d/)
  })

  test('predicts numbers with R² and the mean error in the units of the table', async () => {
    const argv = ['train', at('flowers.csv'), '--target', 'price', '--ignore', 'id,kind']
    const { code, out } = await runCli([...argv, '--epochs', '200', '--learning-rate', '0.01'])
    expect(code).toBe(0)
    const [, r2, error] =
      /^held-out R² ([01]\.\d+) \(mean absolute error ([\d.]+), 18 examples\)/.exec(out) ?? []
    expect(Number(r2)).toBeGreaterThan(0.99)
    // Prices lie from 28 to 60, so scaled ones would be off by a tenth of this.
    expect(Number(error)).toBeGreaterThan(0.05)
    expect(Number(error)).toBeLessThan(1)
  })

  test('stops at the goal that --until sets, and where --early-stop sees no gain', async () => {
    const argv = ['train', at('flowers.csv'), ...kindOptions, '--json', '--epochs', '500']
    const lastOf = async (...more: string[]) => {
      const { out } = await runCli([...argv, ...more])
      return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')
    }
    const reached = await lastOf('--until', 'loss<0.2')
    expect([reached.stopped, reached.loss < 0.2]).toEqual(['until', true])
    expect(reached.epoch).toBeLessThan(100)
    const early = await lastOf('--early-stop', '3', '--learning-rate', '0.3')
    expect(early.stopped).toBe('early')
    expect(early.epoch).toBeLessThan(500)
  })

  test('--quiet leaves the result alone', async () => {
    const { out, err } = await runCli(['train', at('flowers.csv'), ...kindOptions, '--quiet'])
    expect(err).toBe('')
    expect(out.split('\n')).toHaveLength(2)
  })

  test('--optimizer, --momentum and --weight-decay reach the training', async () => {
    const optimizer = ['--optimizer', 'nesterov', '--momentum', '0.8', '--weight-decay', '0.001']
    const argv = ['train', at('flowers.csv'), ...kindOptions, ...optimizer]
    const { err } = await runCli(argv)
    expect(err).toContain(
      'relu, nesterov with learning rate 0.02, momentum 0.8, weight decay 0.001, batches of 32',
    )
  })
})

describe('sluice train --resume', () => {
  test('goes on where the file stands, and comes to the same bits as without a pause', async () => {
    const argv = ['train', at('flowers.csv'), ...kindOptions, '--quiet']
    await runCli([...argv, '--epochs', '40', '--out', at('whole.safetensors')])
    await runCli([...argv, '--epochs', '15', '--out', at('part.safetensors')])
    const { code, out } = await runCli([
      ...['train', '--resume', at('part.safetensors'), '--epochs', '40', '--quiet'],
    ])
    expect([code, out]).toEqual([0, expect.stringMatching(/after 40 epochs, 120 steps/)])
    const predicted = async (model: string) =>
      (await runCli(['predict', at(model), at('flowers.csv'), '--probabilities'])).out
    expect(await predicted('part.safetensors')).toBe(await predicted('whole.safetensors'))
  })

  test('says where there is nothing left to do', async () => {
    const { code, err } = await runCli(['train', '--resume', at('kind.safetensors')])
    expect([code, err.trimEnd().split('\n').at(-1)]).toEqual([
      ...[0, 'it was done already: give more --epochs to go on'],
    ])
  })

  test('refuses another seed than the file was trained with', async () => {
    const argv = ['train', '--resume', at('kind.safetensors'), '--seed', '2', '--quiet']
    const { code, err } = await runCli(argv)
    expect(code).toBe(1)
    expect(err).toBe(
      `OPTION fit: ${at('kind.safetensors')} was saved by another training\n` +
        '  where     seed\n' +
        '  expected  1, as it was saved\n' +
        '  got       2\n' +
        '  fix       resume with the same settings and data, or train afresh without `resume`\n',
    )
  })
})

describe('sluice predict', () => {
  test('prints the class of each row, and the accuracy where the table knows better', async () => {
    const argv = ['predict', at('kind.safetensors'), at('flowers.csv'), '--keep', 'id,colour']
    const { code, out, err } = await runCli(argv)
    expect([code, err]).toEqual([0, 'accuracy 100.0 % (90 of 90), by the column "kind"\n'])
    expect(out.split('\n').slice(0, 4)).toEqual([
      'id,colour,predicted_kind',
      'f1,red,lily',
      'f2,white,rose',
      'f3,red,tulip',
    ])
    expect(out.trimEnd().split('\n')).toHaveLength(91)
  })

  test('adds probabilities that make 1', async () => {
    const argv = ['predict', at('kind.safetensors'), at('flowers.csv'), '--probabilities']
    const { out } = await runCli(argv)
    const [header, ...rows] = out.trimEnd().split('\n')
    expect(header).toBe('predicted_kind,p_lily,p_rose,p_tulip')
    for (const row of rows) {
      const shares = row.split(',').slice(1).map(Number)
      // Three numbers of six digits.
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5)
    }
  })

  test('gives numbers in the units of the table, in a table without the target too', async () => {
    const { out, err } = await runCli(['predict', at('price.safetensors'), at('flowers.csv')])
    expect(err).toMatch(
      /^R² (0\.99\d|1\.000), mean absolute error 0\.\d+ \(90 rows\), by the column "price"\n$/,
    )
    await writeFile(at('new.csv'), 'width,length,colour\n2,12,red\n')
    const fresh = await runCli(['predict', at('price.safetensors'), at('new.csv')])
    expect(fresh.err).toBe('')
    const [header, price] = fresh.out.trimEnd().split('\n')
    expect(header).toBe('predicted_price')
    expect(Math.abs(Number(price) - 38)).toBeLessThan(2) // 3 · 12 + 2
    expect(out.split('\n')[0]).toBe('predicted_price')
  })

  test('-o writes the table whole and says so', async () => {
    const argv = ['predict', at('kind.safetensors'), at('flowers.csv'), '-o', at('predicted.csv')]
    const { out, err } = await runCli(argv)
    expect(out).toBe('')
    expect(err).toContain(`wrote 90 rows to ${at('predicted.csv')}\n`)
    expect(await readFile(at('predicted.csv'), 'utf8')).toMatch(/^predicted_kind\nlily\nrose\n/)
  })
})

describe('a trained model', () => {
  test('is summarised with its classes, its inputs and how well it did', async () => {
    const { out } = await runCli(['summary', at('kind.safetensors')])
    expect(out).toBe(
      `${at('kind.safetensors')}  5-32-3, relu, crossEntropy: a classification of "kind"
classes  lily, rose, tulip
inputs  length, width, colour=red, colour=white, price

layer           gives  parameters  operations
inputs          [5]
linear(5 → 32)  [32]          192         352
relu            [32]            0          32
linear(32 → 3)  [3]            99         195
total                         291         579

accuracy 100.0 % on 18 examples, when it was saved
`,
    )
  })

  test('is explained and drawn on rows of a table', async () => {
    const argv = ['explain', at('kind.safetensors'), '--data', at('flowers.csv'), '--rows', '1']
    const { code, out, err } = await runCli([...argv, '--json'])
    expect([code, err]).toEqual([0, ''])
    const { given, equations } = JSON.parse(out)
    expect(given[0]).toMatchObject({ name: 'x', shape: [1, 5] })
    expect(equations.at(0).text).toBe('u1 = x · W1')
    const drawing = await runCli([
      ...['draw', at('kind.safetensors'), '--data', at('flowers.csv'), '--rows', '1', '--values'],
    ])
    expect(drawing.out).toMatch(/^<svg [\s\S]*dJ[\s\S]*<\/svg>\n$/)
  })

  test('passes the check of its gradients', async () => {
    const argv = ['check', at('kind.safetensors'), '--data', at('flowers.csv')]
    const { code, out } = await runCli(argv)
    expect(code).toBe(0)
    expect(out).toMatch(/\nall gradients agree with finite differences\n$/)
  })
})
