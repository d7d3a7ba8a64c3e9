import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { rowsOf } from '../../../test/support/stream-table.ts'
import { streamCsv } from './stream-csv.ts'
import { streamParquet } from './stream-parquet.ts'

// Written by test/vectors/parquet.py, with pyarrow 26.
const vector = (name: string) =>
  fileURLToPath(new URL(`../../../test/vectors/parquet/${name}`, import.meta.url))

test('a Parquet file has the rows of the same table as text, however it is compressed', async () => {
  const inOrder = { size: 16, shuffle: false }
  const { train } = await streamCsv(vector('table.csv'))
  const want = await rowsOf(train.batches(inOrder))
  for (const codec of ['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4']) {
    const found = await streamParquet(vector(`${codec}.parquet`))
    expect(await rowsOf(found.train.batches(inOrder)), codec).toEqual(want)
  }
})
