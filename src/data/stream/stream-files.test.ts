/** Formats that can be read at any row: Parquet, as pyarrow writes it, and IDX. */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rowsOf, testFolder } from '../../../test/support/stream-table.ts'
import { streamCsv } from './stream-csv.ts'
import { streamIdx } from './stream-idx.ts'
import { type ParquetOptions, streamParquet } from './stream-parquet.ts'

// Written by test/vectors/parquet.py, with pyarrow 26.
const vector = (name: string) =>
  fileURLToPath(new URL(`../../../test/vectors/parquet/${name}`, import.meta.url))

let folder: Awaited<ReturnType<typeof testFolder>>
beforeAll(async () => {
  folder = await testFolder()
})
afterAll(() => folder.remove())

const inOrder = { size: 16, shuffle: false }

async function refusal(work: () => Promise<unknown>): Promise<string> {
  return work().then(
    () => 'none',
    (error: Error) => error.message,
  )
}

describe('a Parquet file', () => {
  test('has the rows of the same table as text, in blocks across its row groups', async () => {
    const { train } = await streamCsv(vector('table.csv'))
    const want = await rowsOf(train.batches(inOrder))
    for (const name of ['snappy', 'pages']) {
      const found = await streamParquet(vector(`${name}.parquet`), { blockBytes: 16 })
      expect(await rowsOf(found.train.batches(inOrder)), name).toEqual(want)
      expect(found.preparation.columns).toMatchObject({ target: 'kind', hasHeader: true })
    }
  })

  test('drops or fills its gaps, and says where they are', async () => {
    const read = (options: ParquetOptions) =>
      streamParquet(vector('odd.parquet'), { ignore: ['list', 'struct', 'day'], ...options })
    expect(await refusal(() => read({}))).toBe(
      `DATA odd.parquet: a cell is missing
  where     row 2, column 2 "gaps"
  expected  a value in every cell
  got       an empty cell
  fix       fill the cell, or choose missing: 'drop' or 'mean'`,
    )
    expect((await read({ missing: 'drop' })).train.length).toBe(5)
    const { preparation } = await read({ missing: 'mean' })
    expect(preparation.inputs.fill?.[1]).toBeCloseTo(3.5, 12) // of 1.5, 2, 3, 5 and 6
  })

  test('of lists, structs or dates is refused by name', async () => {
    const read = (ignore: readonly string[]) => () =>
      streamParquet(vector('odd.parquet'), { ignore })
    expect(await refusal(read(['gaps', 'struct', 'day']))).toContain(
      'a column is nested\n  where     column "list"',
    )
    expect(await refusal(read(['gaps', 'list', 'day']))).toContain('column "struct"')
    expect(await refusal(read(['gaps', 'list', 'struct']))).toMatch(
      /a column is neither numbers nor texts\n.*"day"\n.*\n {2}got {7}int32 date/,
    )
  })

  test('that is damaged, or none, is an error and no more', async () => {
    const bytes = await readFile(vector('snappy.parquet'))
    const text = await folder.write('text.parquet', 'a,b\n1,2\n')
    expect(await refusal(() => streamParquet(text))).toContain(
      'DATA text.parquet: the Parquet file',
    )
    for (const at of [0, 100, 1000, 2000, 4000, 5000, 5790, 5795]) {
      const changed = Uint8Array.from(bytes)
      changed.fill(0xff, at, at + 4)
      const path = await folder.write('changed.parquet', changed)
      const found = await refusal(async () => {
        const { train } = await streamParquet(path)
        return rowsOf(train.batches(inOrder))
      })
      expect(found, String(at)).toMatch(/^(none$|DATA changed\.parquet: )/)
    }
    const cut = await folder.write('cut.parquet', bytes.subarray(0, 3000))
    expect(await refusal(() => streamParquet(cut))).toContain('DATA cut.parquet')
  })

  test('that was written anew in between is noticed', async () => {
    const path = await folder.write('other.parquet', await readFile(vector('snappy.parquet')))
    const { train } = await streamParquet(path)
    await writeFile(path, await readFile(vector('gzip.parquet')))
    expect(await refusal(() => rowsOf(train.batches(inOrder)))).toContain('the file has changed')
  })
})

describe('IDX files', () => {
  const header = (type: number, ...shape: readonly number[]) => {
    const view = new DataView(new ArrayBuffer(4 + 4 * shape.length))
    view.setUint8(2, type)
    view.setUint8(3, shape.length)
    for (const [axis, size] of shape.entries()) view.setUint32(4 + 4 * axis, size)
    return new Uint8Array(view.buffer)
  }
  const images = Uint8Array.of(
    ...header(8, 6, 2, 2),
    ...Array.from({ length: 24 }, (_, index) => index * 10),
  )
  const labels = Uint8Array.of(...header(8, 6), 0, 1, 2, 0, 1, 2)
  const files = (inputs = images, targets = labels) => ({
    inputs: new Blob([inputs]),
    targets: new Blob([targets]),
  })

  test('become images of 0 to 1 with their labels, block by block', async () => {
    const { train, preparation } = await streamIdx(files(), { blockBytes: 8 })
    expect(train).toMatchObject({ length: 6, imageShape: [2, 2], classes: ['0', '1', '2'] })
    expect(preparation.inputs.scale).toEqual([255, 255, 255, 255])
    const rows = await rowsOf(train.batches(inOrder))
    const pixels = (...numbers: number[]) => Float32Array.from(numbers, (x) => x / 255).join()
    expect(rows[1]).toBe(`${pixels(40, 50, 60, 70)} → 1`)
    expect((await rowsOf(train.batches({ size: 4, epoch: 1 }))).toSorted()).toEqual(rows.toSorted())
  })

  test('of other numbers are scaled by what they hold', async () => {
    const view = new DataView(new ArrayBuffer(16))
    for (const [k, x] of [1, 3, 5, 7].entries()) view.setFloat32(4 * k, x)
    const inputs = Uint8Array.of(...header(13, 4, 1), ...new Uint8Array(view.buffer))
    const { train } = await streamIdx(files(inputs, Uint8Array.of(...header(8, 4), 0, 1, 0, 1)))
    const rows = await rowsOf(train.batches(inOrder))
    expect(Number(rows[0]?.split(' ')[0])).toBeCloseTo(-3 / Math.sqrt(5), 6) // f32
  })

  test('that do not belong together, or are cut off, are refused', async () => {
    const wrong: readonly (readonly [ReturnType<typeof files>, RegExp])[] = [
      [files(images, Uint8Array.of(...header(8, 2), 0, 1)), /the targets are not one for each/],
      [files(images.subarray(0, 30)), /and its sizes differ\n.*u8\[6, 2, 2\]/],
      [files(Uint8Array.of(1, 2, 3, 4)), /is no IDX file/],
      [files(Uint8Array.of(0x1f, 0x8b, 8, 0)), /gunzip/],
      [files(header(8, 2 ** 31, 2 ** 31)), /and its sizes differ/],
      [files(new Uint8Array(0)), /is no IDX file/],
    ]
    for (const [given, message] of wrong)
      expect(await refusal(() => streamIdx(given))).toMatch(message)
  })
})
