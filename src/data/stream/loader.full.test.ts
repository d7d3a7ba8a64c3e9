/** Threads that prepare batches: they start from the sources, which takes each about half a second. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { map } from '../../../test/support/augment.ts'
import { rowsOf, smallTable, testFolder } from '../../../test/support/stream-table.ts'
import { createDataset, pick } from '../dataset.ts'
import { moons } from '../moons.ts'
import { type LoaderOptions, loader } from './loader.ts'
import { streamCsv } from './stream-csv.ts'

const augment = new URL('../../../test/support/augment.ts', import.meta.url)
const points = pick(
  moons(),
  Uint32Array.from({ length: 50 }, (_, row) => 7 * row),
)

let folder: Awaited<ReturnType<typeof testFolder>>
beforeAll(async () => {
  folder = await testFolder()
})
afterAll(() => folder.remove())

async function refusal(options: LoaderOptions, epoch = 1): Promise<string> {
  return rowsOf(loader(points, options).batches({ size: 8, epoch })).then(
    () => 'none',
    (error: Error) => `${error.name}: ${error.message}`,
  )
}

test('batches are the same to the bit from no thread, one and two, by address or by function', async () => {
  const path = await folder.write('small.csv', smallTable(400))
  const { train } = await streamCsv(path, { blockBytes: 512, windowBytes: 2000 })
  const options = { size: 30, seed: 2, epoch: 5, skip: 3 }
  const rows = (given: LoaderOptions) => rowsOf(loader(train, given).batches(options))
  const want = await rows({ map })
  expect(want.length).toBe(400 - 90)
  expect(want).not.toEqual(await rows({}))
  expect(await rows({ map: augment })).toEqual(want)
  expect(await rows({ map: augment, numWorkers: 2, prefetch: 3 })).toEqual(want)
  expect(await rows({ map, numWorkers: 1 })).toEqual(want)
  expect(await rows({ numWorkers: 1 })).toEqual(await rows({}))
})

test('threads serve one epoch after another, of a dataset as of a stream', async () => {
  const data = loader(points, { map: augment, numWorkers: 1 })
  const here = loader(points, { map })
  for (const epoch of [1, 2]) {
    const options = { size: 8, seed: 1, epoch }
    expect(await rowsOf(data.batches(options))).toEqual(await rowsOf(here.batches(options)))
  }
  expect(data).toMatchObject({ length: points.length, classes: points.classes })
})

describe('errors', () => {
  test('of a map come from a thread as they are, and end it', async () => {
    expect(await refusal({ map: augment, numWorkers: 1 }, 7)).toBe('RangeError: on another thread')
  })

  test('of a thread that ends say so, and nobody waits for ever', async () => {
    expect(await refusal({ map: augment, numWorkers: 1 }, 8)).toMatch(
      /THREADS loader: a thread that prepares batches has ended\n.*\n {2}got {7}it ended with exit code 3/,
    )
  })

  test('of a file come from a thread with their place', async () => {
    const path = await folder.write('broken.csv', smallTable(400))
    const { train } = await streamCsv(path, { blockBytes: 512 })
    await folder.write('broken.csv', smallTable(400).replace('blue', 'cyan'))
    const rows = rowsOf(loader(train, { numWorkers: 1 }).batches({ size: 8 }))
    await expect(rows).rejects.toMatchObject({
      ...{ name: 'SluiceError', code: 'DATA', where: 'in the part that begins on line 1' },
      what: 'broken.csv: the file has changed since it was first read',
    })
  })
})

test('whoever stops early ends the threads', async () => {
  const dataset = createDataset({ ...points, name: 'left' })
  const data = loader(dataset, { map: augment, numWorkers: 1 })
  for await (const { inputs } of data.batches({ size: 4 })) {
    expect(inputs.shape).toEqual([4, 2])
    break
  }
  expect((await rowsOf(data.batches({ size: 4 }))).length).toBe(50)
})
