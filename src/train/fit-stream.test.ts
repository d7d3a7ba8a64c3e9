/** Training on examples that are read as they are needed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { smallTable, testFolder } from '../../test/support/stream-table.ts'
import { type ExampleStream, isStream, loader, streamCsv } from '../data/index.ts'
import { crossEntropy, mse } from '../gates/index.ts'
import type { Value } from '../ir/value.ts'
import { linear, relu, sequential } from '../nn/index.ts'
import { adam } from '../optim/index.ts'
import { createStore } from '../runtime/store.ts'
import { loadCheckpoint } from './checkpoint.ts'
import { fit as fitModel } from './fit.ts'
import type { FitOptions } from './fit-options.ts'

let folder: Awaited<ReturnType<typeof testFolder>>
let streams: Pick<FitOptions, 'train' | 'heldOut'>
beforeAll(async () => {
  folder = await testFolder()
  const path = await folder.write('small.csv', smallTable(300))
  streams = await streamCsv(path, { blockBytes: 256, windowBytes: 1000, heldOut: 0.2, seed: 1 })
})
afterAll(() => folder.remove())

function options(): FitOptions {
  return {
    model: sequential(linear(5, 8), relu(), linear(8, 2)),
    criterion: crossEntropy,
    optimizer: (J: Value) => adam(J, { learningRate: 0.02 }),
    ...{ ...streams, epochs: 3, batchSize: 16, seed: 5, threads: 1 },
  }
}

test('learns from a stream, and measures what is held out', async () => {
  const { heldOut, loss } = await fitModel({ ...options(), epochs: 12 })
  expect(heldOut?.accuracy).toBeGreaterThan(0.9)
  expect(loss).toBeLessThan(0.3)
})

describe('a training that was interrupted within an epoch', () => {
  const whole = () => folder.at('whole.safetensors')

  test('goes on to the same bits', async () => {
    await fitModel({ ...options(), checkpoint: { path: whole() } })
    const want = await loadCheckpoint(whole())
    const path = folder.at('part.safetensors')
    const stop = new AbortController()
    const interrupted = await fitModel({
      ...{ ...options(), checkpoint: { path }, signal: stop.signal },
      onStep: ({ step }) => {
        if (step === 22) stop.abort()
      },
    })
    expect(interrupted.stopped).toBe('aborted')
    expect((await loadCheckpoint(path)).course.position).toBeGreaterThan(0)
    await fitModel({ ...options(), checkpoint: { path }, resume: path })
    const found = await loadCheckpoint(path)
    expect(found.course.step).toBe(want.course.step)
    expect([...found.states]).toEqual([...want.states])
  })

  test('is not gone on with by other examples', async () => {
    const other = await streamCsv(folder.at('small.csv'), {
      blockBytes: 256,
      heldOut: 0.2,
      seed: 2,
    })
    const store = createStore()
    const again = fitModel({ ...options(), ...other, store, resume: whole() })
    await expect(again).rejects.toThrow('OPTION fit: ')
  })
})

test('a stream of one’s own is trained and measured on', async () => {
  const numbers = Float32Array.from({ length: 40 }, (_, row) => row / 20 - 1)
  const tensorOf = (rows: Float32Array) =>
    ({ shape: [rows.length, 1], dtype: 'f32', data: rows }) as const
  let isClosed = 0
  const own: ExampleStream = {
    ...{ name: 'own', task: 'regression', length: 40, digest: () => 'own' },
    inputs: { shape: [40, 1], dtype: 'f32' },
    targets: { shape: [40, 1], dtype: 'f32' },
    batches: ({ size, skip = 0 }) => ({
      length: 40 / size,
      async *[Symbol.asyncIterator]() {
        try {
          for (let at = skip * size; at < 40; at += size) {
            const rows = numbers.slice(at, at + size)
            yield { inputs: tensorOf(rows), targets: tensorOf(rows.map((x) => 3 * x)) }
          }
        } finally {
          isClosed++
        }
      },
    }),
  }
  const { train: _, heldOut: __, ...rest } = options()
  const given = { model: linear(1, 1), criterion: mse, batchSize: 8, epochs: 40 }
  const { heldOut } = await fitModel({ ...rest, ...given, train: loader(own), heldOut: own })
  expect(isStream(own)).toBe(true)
  expect(heldOut?.r2).toBeGreaterThan(0.9)
  expect(heldOut?.examples).toBe(40)
  expect(isClosed).toBe(40 + 40 + 1) // each epoch, each measuring, and once for the spread
})
