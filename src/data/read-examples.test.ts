import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toNested } from '../ir/tensor.ts'
import { fitPreparation, type Preparation, prepare } from './preparation.ts'
import { parseCsv } from './read-csv.ts'
import { parseExamples, readExamples } from './read-examples.ts'

const trained = 'size,colour,kind\n1,red,a\n3,blue,b\n5,red,a\n'

describe('parseExamples', () => {
  test('knows classes that are whole numbers however they are written', async () => {
    const table = 'x,class\n1,1.0\n2,2.0\n3,1.0\n4,2.0\n'
    const { targets, inputs } = await parseExamples(table, fitPreparation(await parseCsv(table)))
    expect(toNested(targets ?? inputs)).toEqual([0, 1, 0, 1])
  })

  test('prepares the rows of the training table as training did, to the bit', async () => {
    const train = await parseCsv(trained)
    const preparation = fitPreparation(train)
    const { inputs, targets, length } = await parseExamples(trained, preparation)
    expect(inputs).toEqual(prepare(train, preparation).inputs)
    expect(targets).toEqual(train.targets)
    expect(length).toBe(3)
  })

  test('finds columns by name, whatever their order, and passes over those it does not know', async () => {
    const { inputs, targets } = await parseExamples(
      'note;colour;size\nx;red;3\n?;blue;5\n',
      await flowers(),
    )
    const scale = Math.sqrt(8 / 3)
    expect(toNested(inputs)).toEqual([
      [0, 0, 1],
      [Math.fround(2 / scale), 1, 0],
    ])
    expect(targets).toBeUndefined()
  })

  test('gives targets only where all of them are known', async () => {
    const preparation = await flowers()
    const known = await parseExamples('size,colour,kind\n1,red,b\n2,red,a\n', preparation)
    expect(toNested(known.targets ?? known.inputs)).toEqual([1, 0])
    for (const kind of ['', 'c']) {
      const unknown = await parseExamples(`size,colour,kind\n1,red,b\n2,red,${kind}\n`, preparation)
      expect(unknown).not.toHaveProperty('targets')
    }
  })

  test('gives the targets of a regression in the units of the data', async () => {
    const preparation = fitPreparation(await parseCsv('x,y\n1,1.5\n2,2.5\n3,4\n'))
    const { targets } = await parseExamples('x,y\n5,7.5\n', preparation)
    expect(targets).toEqual({ shape: [1, 1], dtype: 'f64', data: Float64Array.of(7.5) })
  })

  test('reads class values as the training table wrote them', async () => {
    const counted = '4,1,low,high\n1,0\n2,1\n3,1\n4,0\n'
    const train = await parseCsv(counted)
    const { targets } = await parseExamples(counted, fitPreparation(train))
    expect(targets).toEqual(train.targets)
  })

  test('takes a table without a header by place, with the target or without', async () => {
    // The target was the first column, so the features are called 2 and 3.
    const preparation = fitPreparation(
      await parseCsv('0,1.5,2\n1,3,5\n0,4,8\n1,2,2\n', { target: 0 }),
    )
    const withTarget = await parseExamples('1,4,8\n', preparation)
    const without = await parseExamples('4,8\n', preparation)
    expect(without.inputs).toEqual(withTarget.inputs)
    expect([withTarget.targets?.data[0], without.targets]).toEqual([1, undefined])
  })

  test('fills what is missing where the training table left it to be filled', async () => {
    const filled = fitPreparation(await parseCsv('x,y\n1,a\n,b\n3,a\n', { missing: 'mean' }))
    expect(toNested((await parseExamples('x\n\n5\nNA\n', filled)).inputs)).toEqual([[3], [0]])
    await expect(parseExamples('size,colour\nNA,red\n', await flowers())).rejects.toThrow(
      'DATA table: a cell is missing\n  where     line 2, column 1 "size"\n',
    )
  })
})

describe('readExamples', () => {
  test('reads a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-examples-'))
    try {
      const path = join(folder, 'new.csv')
      await writeFile(path, 'size,colour\n3,blue\n')
      expect(toNested((await readExamples(path, await flowers())).inputs)).toEqual([[0, 1, 0]])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('keeps columns that are asked for, as they are written', async () => {
    const text = 'id,size,colour,note\n007,1,red,\n008,2,blue,"a, b"\n'
    const { kept } = await parseExamples(text, await flowers(), { keep: ['note', 'id'] })
    expect(kept).toEqual([
      ['', 'a, b'],
      ['007', '008'],
    ])
    await expect(parseExamples(text, await flowers(), { keep: ['ids'] })).rejects.toThrow(
      'DATA table: there is no column "ids"',
    )
  })

  test('refuses a column that is missing', async () => {
    await expect(
      parseExamples('Size,color\n1,red\n', await flowers(), { name: 'new.csv' }),
    ).rejects.toThrow(
      'DATA new.csv: there is no column "size"\n' +
        '  expected  Size, color\n' +
        '  got       "size"\n' +
        '  fix       did you mean "Size"?',
    )
  })

  test('refuses a category that was not there in training', async () => {
    await expect(parseExamples('size,colour\n1,red\n2,blu\n', await flowers())).rejects.toThrow(
      'DATA table: a category was not there in training\n' +
        '  where     line 3, column 2 "colour"\n' +
        '  expected  blue, red\n' +
        '  got       "blu"\n' +
        '  fix       did you mean "blue"?',
    )
  })
})

async function flowers(): Promise<Preparation> {
  return fitPreparation(await parseCsv(trained))
}
