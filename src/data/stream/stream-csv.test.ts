import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rowsOf, smallTable, testFolder } from '../../../test/support/stream-table.ts'
import { readCsv } from '../read-csv.ts'
import { readExamples } from '../read-examples.ts'
import type { ExampleStream } from './example-stream.ts'
import { streamCsv } from './stream-csv.ts'

let folder: Awaited<ReturnType<typeof testFolder>>
beforeAll(async () => {
  folder = await testFolder()
  await folder.write('small.csv', smallTable(500))
})
afterAll(() => folder.remove())

/** Blocks of some ten rows, windows of some forty. */
const small = { blockBytes: 256, windowBytes: 1000 }
const whole = { size: 64, shuffle: false }

async function refusal(work: () => Promise<unknown>): Promise<string> {
  return work().then(
    () => 'none',
    (error: Error) => error.message,
  )
}

describe('a table that streams', () => {
  test('has the rows that the same preparation makes of it in memory, to the bit', async () => {
    const { train, preparation } = await streamCsv(folder.at('small.csv'), small)
    const { inputs, targets } = await readExamples(folder.at('small.csv'), preparation)
    expect(train).toMatchObject({
      ...{ name: 'small.csv', task: 'classification', classes: ['high', 'low'], length: 500 },
      featureNames: ['a', 'b', 'color=blue', 'color=green', 'color=red'],
      inputs: { shape: [500, 5], dtype: 'f32' },
    })
    if (!targets) throw new Error('the table has targets')
    expect(await rowsOf(train.batches(whole))).toEqual(await rowsOf([{ inputs, targets }]))
  })

  test('has each row once in an epoch, in an order of its own', async () => {
    const { train } = await streamCsv(folder.at('small.csv'), small)
    const all = await rowsOf(train.batches(whole))
    const epoch = (epoch: number) => rowsOf(train.batches({ size: 64, seed: 1, epoch }))
    const [first, second] = [await epoch(1), await epoch(2)]
    expect(first.toSorted()).toEqual(all.toSorted())
    expect(first).not.toEqual(all)
    expect(second).not.toEqual(first)
    expect(await epoch(1)).toEqual(first)
    // Rows come from all over the file: the first tenth is of more than one window's blocks.
    const places = first.slice(0, 50).map((row) => all.indexOf(row))
    expect(Math.max(...places) - Math.min(...places)).toBeGreaterThan(100)
  })

  test('goes on from any batch as if it had begun at the first', async () => {
    const { train } = await streamCsv(folder.at('small.csv'), small)
    const options = { size: 32, seed: 4, epoch: 3 }
    const all = await rowsOf(train.batches(options))
    for (const skip of [1, 5, 15, 16]) {
      const batches = train.batches({ ...options, skip })
      expect(batches.length).toBe(16)
      expect(await rowsOf(batches)).toEqual(all.slice(32 * skip))
    }
    expect((await rowsOf(train.batches({ ...options, dropLast: true }))).length).toBe(480)
  })

  test('holds out some rows, in memory where they are few', async () => {
    const options = { ...small, heldOut: 0.2, seed: 2 }
    const { train, heldOut, preparation } = await streamCsv(folder.at('small.csv'), options)
    if (!heldOut || 'batches' in heldOut) throw new Error('they are few')
    expect(train.length + heldOut.length).toBe(500)
    const { inputs, targets } = await readExamples(folder.at('small.csv'), preparation)
    if (!targets) throw new Error('the table has targets')
    const both = [...(await rowsOf(train.batches(whole))), ...(await rowsOf([heldOut]))]
    expect(both.toSorted()).toEqual((await rowsOf([{ inputs, targets }])).toSorted())
  })

  test('is scaled by what is learned from alone', async () => {
    const options = { ...small, heldOut: 0.3, seed: 2 }
    const { train, preparation } = await streamCsv(folder.at('small.csv'), options)
    const rows = await rowsOf(train.batches(whole))
    const first = rows.map((row) => Number(row.split(',')[0]))
    const mean = first.reduce((sum, number) => sum + number, 0) / first.length
    expect(mean).toBeCloseTo(0, 6) // f32
    expect(preparation.inputs.mean[0]).not.toBe(0)
  })

  test('may end its lines as it likes, begin with a mark, and hold lines within its cells', async () => {
    const plain = smallTable(60)
    const want = await rowsOf(
      (await streamCsv(await folder.write('p.csv', plain))).train.batches(whole),
    )
    const forms = {
      windows: plain.replaceAll('\n', '\r\n'),
      mac: plain.replaceAll('\n', '\r'),
      marked: `\uFEFF${plain}`,
      endless: plain.slice(0, -1),
      blank: plain.replaceAll('\n', '\n\n'),
      quoted: plain.replaceAll('red', '"r\ne""d"'),
      semicolons: plain.replaceAll(',', ';').replaceAll('.', ','),
      spaced: plain.replaceAll(',', '  '),
    }
    for (const [name, text] of Object.entries(forms)) {
      const { train } = await streamCsv(await folder.write(`${name}.csv`, text), small)
      expect(await rowsOf(train.batches(whole)), name).toEqual(want)
    }
  })

  test('may be a file of a browser', async () => {
    const file = new Blob([smallTable(200)])
    const { train } = await streamCsv(file, small)
    expect((await rowsOf(train.batches({ size: 50 }))).length).toBe(200)
  })

  test('predicts numbers, whose spread it knows', async () => {
    const options = { ...small, target: 'b', heldOut: 0.2 }
    const { heldOut, train } = await streamCsv(folder.at('small.csv'), options)
    expect(train).toMatchObject({ task: 'regression', targets: { shape: [train.length, 1] } })
    const targets = (await rowsOf(train.batches(whole))).map((row) => Number(row.split(' → ')[1]))
    const squares = targets.reduce((sum, target) => sum + target ** 2, 0)
    // Scaled to mean 0: in f32, over some 400 rows.
    expect(train.targetSpread?.[0]).toBeCloseTo(squares, 2)
    expect(heldOut?.task).toBe('regression')
  })

  test('is told from others, and from the same in another order', async () => {
    const digest = async (options: object, text = smallTable(100)) => {
      const { train } = await streamCsv(await folder.write('d.csv', text), { ...small, ...options })
      return train.digest()
    }
    const one = await digest({})
    expect(await digest({})).toBe(one)
    const others = [
      ...[await digest({ seed: 1, heldOut: 0.1 }), await digest({ windowBytes: 2000 })],
      ...[await digest({ ignore: ['a'] }), await digest({}, smallTable(101))],
    ]
    expect(new Set([one, ...others]).size).toBe(5)
  })
})

describe('what is missing', () => {
  const table = 'x,color,y\n1,red,1.5\n,blue,2\n3,,3\n4,red,4.5\n5,blue,5\n'

  test('is an error, with its place', async () => {
    const path = await folder.write('gaps.csv', table)
    expect(await refusal(() => streamCsv(path))).toBe(
      `DATA gaps.csv: a cell is missing
  where     line 3, column 1 "x"
  expected  a value in every cell
  got       an empty cell
  fix       fill the cell, or choose missing: 'drop' or 'mean'`,
    )
  })

  test('drops its row, or is the mean and no category', async () => {
    const path = await folder.write('gaps.csv', table)
    const dropped = await streamCsv(path, { missing: 'drop', scaling: 'none' })
    expect(dropped.train.length).toBe(3)
    const filled = await streamCsv(path, { missing: 'mean', scaling: 'none' })
    const rows = await rowsOf(filled.train.batches(whole))
    const inputs = rows.map((row) => row.split(' ')[0])
    expect(inputs).toEqual(['1,0,1', '3.25,1,0', '3,0,0', '4,0,1', '5,1,0'])
  })
})

test('a category that is only held out is none of those that are known', async () => {
  const rows = Array.from(
    { length: 200 },
    (_, row) => `${row},${row % 2 ? 'odd' : 'even'},${row * 2.5}\n`,
  )
  const heldOutRow = async (): Promise<number> => {
    const path = await folder.write('plain.csv', `n,kind,y\n${rows.join('')}`)
    const { heldOut } = await streamCsv(path, { heldOut: 0.1, scaling: 'none' })
    if (!heldOut || 'batches' in heldOut) throw new Error('they are few')
    return Number(heldOut.inputs.data[0])
  }
  const at = await heldOutRow()
  rows[at] = `${at},rare,${at * 2.5}\n`
  const path = await folder.write('rare.csv', `n,kind,y\n${rows.join('')}`)
  const { train, heldOut } = await streamCsv(path, { heldOut: 0.1, scaling: 'none' })
  expect(train.featureNames).toEqual(['n', 'kind=even', 'kind=odd'])
  if (!heldOut || 'batches' in heldOut) throw new Error('they are few')
  expect([...heldOut.inputs.data.subarray(0, 3)]).toEqual([at, 0, 0])
})

describe('errors', () => {
  const broken = (rows: number, at: number, line: string) => {
    const lines = smallTable(rows).split('\n')
    lines[at - 1] = line
    return lines.join('\n')
  }

  test('of a row in the middle say line and column', async () => {
    const path = await folder.write('broken.csv', broken(500, 312, '1,two,red,high'))
    expect(await refusal(() => streamCsv(path, small))).toBe(
      `DATA broken.csv: a cell is no number
  where     line 312, column 2 "b"
  expected  a number such as 1234.5, as in the rest of the column
  got       "two"
  fix       correct the cell, or declare the column categorical`,
    )
  })

  test('of rows that are too short, and of quotes that never end', async () => {
    const short = await folder.write('short.csv', broken(500, 312, '1,2,red'))
    expect(await refusal(() => streamCsv(short, small))).toContain('line 312 has 3 cells')
    const open = await folder.write('open.csv', broken(500, 312, '1,2,"red,high'))
    expect(await refusal(() => streamCsv(open, small))).toMatch(/a quote is not closed\n.*line 312/)
  })

  async function afterChange(change: (path: string) => Promise<unknown>): Promise<string> {
    const path = await folder.write('changing.csv', smallTable(500))
    const { train } = await streamCsv(path, small)
    await change(path)
    return refusal(() => rowsOf(train.batches({ size: 32, epoch: 1 })))
  }

  test('of a file that has changed since', async () => {
    const text = await readFile(folder.at('small.csv'), 'utf8')
    const changed = await afterChange((path) => writeFile(path, text.replace('\n4.9,', '\n4.8,')))
    expect(changed).toMatch(/^DATA changing\.csv: the file has changed since it was first read\n/)
    expect(await afterChange((path) => appendFile(path, '1,2,red,high\n'))).toBe('none')
  })

  test('of a file that has become shorter, or is gone', async () => {
    const shorter = await afterChange((path) => truncate(path, 3000))
    expect(shorter).toContain('DATA changing.csv: the file is shorter than it was')
    const { train } = await streamCsv(new Blob([smallTable(10)]))
    expect(await rowsOf(train.batches(whole))).toHaveLength(10)
  })

  test('of files that cannot be streamed', async () => {
    const packed = await folder.write('packed.csv.gz', gzipSync(smallTable(10)))
    expect(await refusal(() => streamCsv(packed))).toContain('gunzip -k packed.csv.gz')
    expect(await refusal(() => streamCsv(folder.at('none.csv')))).toContain('there is no such file')
    expect(await refusal(() => streamCsv(folder.at('')))).toContain('it is a folder')
    const address = new URL('https://example.org/a.csv')
    expect(await refusal(() => streamCsv(address))).toContain('cannot be streamed')
    const empty = await folder.write('header.csv', 'a,b\n')
    expect(await refusal(() => streamCsv(empty))).toContain('DATA header.csv')
  })
})

test('whoever stops early closes the file, and may begin again', async () => {
  const { train } = await streamCsv(folder.at('small.csv'), small)
  const first = async (stream: ExampleStream) => {
    for await (const batch of stream.batches({ size: 8, epoch: 1 })) return batch.inputs.data.join()
    return ''
  }
  expect(await first(train)).toBe(await first(train))
})

test('a table in memory and one that streams have the same columns', async () => {
  const { columns } = await readCsv(folder.at('small.csv'))
  const { preparation } = await streamCsv(folder.at('small.csv'))
  expect(preparation.columns).toEqual(columns)
})
