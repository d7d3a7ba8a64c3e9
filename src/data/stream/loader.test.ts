import { describe, expect, test } from 'vitest'
import { map } from '../../../test/support/augment.ts'
import { rowsOf, smallTable } from '../../../test/support/stream-table.ts'
import { tensor } from '../../ir/tensor.ts'
import { pick } from '../dataset.ts'
import { moons } from '../moons.ts'
import { type LoaderOptions, loader } from './loader.ts'
import { streamCsv } from './stream-csv.ts'

const augment = new URL('../../../test/support/augment.ts', import.meta.url)
const points = pick(
  moons(),
  Uint32Array.from({ length: 50 }, (_, row) => 7 * row),
)

async function refusal(options: LoaderOptions, epoch = 1): Promise<string> {
  return rowsOf(loader(points, options).batches({ size: 8, epoch })).then(
    () => 'none',
    (error: Error) => `${error.name}: ${error.message}`,
  )
}

test('batches are the same to the bit by address, by function and from another thread', async () => {
  const { train } = await streamCsv(new Blob([smallTable(400)]), {
    blockBytes: 512,
    windowBytes: 2000,
  })
  const options = { size: 30, seed: 2, epoch: 5, skip: 3 }
  const rows = (given: LoaderOptions) => rowsOf(loader(train, given).batches(options))
  const want = await rows({ map })
  expect(want.length).toBe(400 - 90)
  expect(want).not.toEqual(await rows({}))
  expect(await rows({ map: augment })).toEqual(want)
  const threaded = loader(train, { map: augment, numWorkers: 1 })
  expect(await rowsOf(threaded.batches(options))).toEqual(want)
  // And it was another thread: the map fails there in epoch 7.
  await expect(rowsOf(threaded.batches({ ...options, epoch: 7 }))).rejects.toMatchObject({
    ...{ name: 'RangeError', message: 'on another thread' },
  })
})

describe('errors', () => {
  test('of a map come as they are', async () => {
    expect(await refusal({ map: augment }, 7)).toBe('RangeError: on this thread')
  })

  test('of what a map gives say what was expected', async () => {
    const wide = () => ({ inputs: tensor([[1, 2, 3]]), targets: tensor([1], { dtype: 'i32' }) })
    expect(await refusal({ map: wide })).toMatch(
      /DATA loader: the map gave other inputs than declared\n {2}expected {2}f32\[8, 2\]\n {2}got {7}f32\[1, 3\] of 3/,
    )
    const module = new URL('../../../test/support/stream-table.ts', import.meta.url)
    expect(await refusal({ map: module })).toContain(
      'OPTION loader: the module of a map exports none',
    )
  })

  test('of options that are out of range', () => {
    expect(() => loader(points, { numWorkers: -1 })).toThrow('OPTION loader: numWorkers')
    expect(() => loader(points, { prefetch: 0 })).toThrow('OPTION loader: prefetch')
  })
})

test('a map may give other shapes, where it declares them', async () => {
  const summed = loader(points, {
    map: ({ inputs, targets }) => {
      const [count = 0, width = 0] = inputs.shape
      const data = Float32Array.from(
        { length: count },
        (_, row) => Number(inputs.data[row * width]) + Number(inputs.data[row * width + 1]),
      )
      return { inputs: { shape: [count, 1], dtype: 'f32', data }, targets }
    },
    inputs: { shape: [1], dtype: 'f32' },
  })
  expect(summed.inputs.shape).toEqual([50, 1])
  expect((await rowsOf(summed.batches({ size: 20 }))).length).toBe(50)
})
