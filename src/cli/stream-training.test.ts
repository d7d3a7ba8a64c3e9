/** Tables that are read as they are needed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../../test/support/run-cli.ts'
import { smallTable, testFolder } from '../../test/support/stream-table.ts'

let folder: Awaited<ReturnType<typeof testFolder>>
beforeAll(async () => {
  folder = await testFolder()
  await folder.write('small.csv', smallTable(400))
})
afterAll(() => folder.remove())

const streamed = ['--stream', '--workers', '0', '--epochs', '6']

describe('sluice train --stream', () => {
  test('learns, saves and predicts as from memory', async () => {
    const model = folder.at('model.safetensors')
    const argv = ['train', folder.at('small.csv'), ...streamed, '--out', model]
    const { code, out, err } = await runCli(argv)
    expect(code, err).toBe(0)
    expect(out).toMatch(/^held-out accuracy \d+\.\d % \(\d+ of 86\) after 6 epochs/)
    expect(err).toContain('5-32-2, relu, adam with learning rate 0.003, batches of 32, seed 1')
    const predicted = await runCli(['predict', model, folder.at('small.csv')])
    expect(predicted.err).toMatch(/accuracy [6-9]\d\.\d % .* of 400/)
  })

  test('goes on where it was, by the plan that it was saved with', async () => {
    const [part, whole] = [folder.at('part.safetensors'), folder.at('whole.safetensors')]
    const train = (...argv: readonly string[]) => runCli(['train', ...argv])
    await train(folder.at('small.csv'), ...streamed, '--out', whole)
    await train(folder.at('small.csv'), ...streamed.with(-1, '3'), '--out', part)
    const resumed = ['--resume', part, '--epochs', '6', '--workers', '0']
    const [first, second] = [
      await train(...resumed, '--json'),
      await train('--resume', whole, '--json'),
    ]
    const lossOf = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '').loss
    expect(lossOf(first.out)).toBe(lossOf(second.out))
  })

  test('says what is wrong with a row in the middle', async () => {
    const path = await folder.write('broken.csv', `${smallTable(400)}1,x,red,high\n`)
    const { code, err } = await runCli(['train', path, ...streamed])
    expect(code).toBe(1)
    expect(err).toMatch(
      /DATA broken\.csv: a cell is no number\n {2}where {5}line 402, column 2 "b"/,
    )
  })

  test('is for tables of one’s own', async () => {
    const { code, err } = await runCli(['train', 'iris', '--stream'])
    expect(code).toBe(2)
    expect(err).toContain('--stream: "iris" is a dataset of Sluice')
  })
})

test('Parquet streams by itself, and IDX with its labels', async () => {
  const parquet = await runCli([
    'train',
    'test/vectors/parquet/snappy.parquet',
    '--epochs',
    '2',
    '--workers',
    '0',
  ])
  expect(parquet.out).toMatch(/^held-out accuracy .* after 2 epochs/)
  const header = (...sizes: readonly number[]) =>
    Buffer.from([0, 0, 8, sizes.length, ...sizes.flatMap((size) => [0, 0, 0, size])])
  const pixels = Array.from({ length: 200 }, (_, at) => (at % 8 < 4 ? 200 : 10))
  const labels = Array.from({ length: 50 }, (_, row) => row % 2)
  const images = await folder.write(
    'images.idx',
    Buffer.concat([header(50, 2, 2), Buffer.from(pixels)]),
  )
  const idx = ['train', images, '--epochs', '40', '--workers', '0']
  expect((await runCli(idx)).err).toContain('whose labels are in another')
  const target = await folder.write('labels.idx', Buffer.concat([header(50), Buffer.from(labels)]))
  expect((await runCli([...idx, '--target', target])).out).toContain('held-out accuracy 100.0 %')
})
