/** Training models whose training graph is another one: dropout draws, norms measure their batch. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile } from '../compile.ts'
import { type Dataset, moons, pick } from '../data/index.ts'
import { crossEntropy, input } from '../gates/index.ts'
import { type Tensor, tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { batchNorm1d, dropout, type Layer, linear, relu, sequential } from '../nn/index.ts'
import { adam } from '../optim/index.ts'
import { createStore, type Store } from '../runtime/store.ts'
import { loadCheckpoint } from './checkpoint.ts'
import { fit as fitModel } from './fit.ts'
import type { FitOptions } from './fit-options.ts'
import { loadWeights, saveWeights } from './model-file.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-graphs-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const buffers = ['1.runningMean', '1.runningVar', '1.numBatchesTracked']

function network(): Layer {
  return sequential(linear(2, 6), batchNorm1d(6), relu(), dropout(0.3), linear(6, 2))
}

/** 26 moons in batches of 4, the last one of 2, so 7 steps an epoch; 14 held out. */
function options(): Omit<FitOptions, 'epochs'> & { readonly model: Layer; readonly store: Store } {
  const whole = moons({ count: 40, seed: 3 })
  const part = (from: number, to: number) =>
    pick(
      whole,
      Array.from({ length: to - from }, (_, index) => from + index),
    )
  return {
    model: network(),
    criterion: crossEntropy,
    optimizer: (J: Value) => adam(J, { learningRate: 0.05 }),
    train: part(0, 26),
    heldOut: part(26, 40),
    batchSize: 4,
    seed: 5,
    store: createStore({ seed: 5 }),
  }
}

/** Trains for three epochs, saved to `name`; aborted after a step where one is given. */
async function train(name: string, stopAt?: number, resume?: string) {
  const path = join(folder, name)
  const controller = new AbortController()
  const result = await fitModel({
    ...options(),
    epochs: 3,
    signal: controller.signal,
    checkpoint: { path, everySeconds: 1e6 },
    ...(resume !== undefined && { resume: join(folder, resume) }),
    onStep: ({ step }) => {
      if (step === stopAt) controller.abort()
    },
  })
  return { ...result, bytes: await readFile(path) }
}

function contentsOf(store: Store): readonly unknown[] {
  return store.states.map(({ key }) => [key, [...store.get(key).data]])
}

describe('a training with dropout and a batch norm', () => {
  // Within an epoch, at its end, before and after the smaller batch.
  test.each([1, 4, 6, 7, 17])('goes on after step %i to the same bits', async (stopAt) => {
    const whole = await train('whole.safetensors')
    const part = await train('part.safetensors', stopAt)
    expect([part.stopped, part.bytes.equals(whole.bytes)]).toEqual(['aborted', false])
    const resumed = await train('part.safetensors', undefined, 'part.safetensors')
    expect(resumed.bytes.equals(whole.bytes)).toBe(true)
    expect(contentsOf(resumed.store)).toEqual(contentsOf(whole.store))
  })

  test('keeps running statistics with the model, and the count of steps for training', async () => {
    const { store } = await train('whole.safetensors')
    const { modelKeys, states } = await loadCheckpoint(join(folder, 'whole.safetensors'))
    const parameters = Object.keys(network().parameters)
    expect(modelKeys.toSorted()).toEqual([...parameters, ...buffers].toSorted())
    expect(states.get('trainingPass.step')?.data).toEqual(Uint32Array.of(21))
    expect(store.get('1.numBatchesTracked').data).toEqual(Int32Array.of(21))
  })

  test('measures what is held out by the graph that evaluates', async () => {
    const { heldOut, store } = await train('whole.safetensors')
    const { model, heldOut: data } = options()
    const held = data as Dataset // given above
    const x = input('x', held.inputs.shape)
    const y = input('y', held.targets.shape, { dtype: 'i32' })
    const program = await compile({ J: crossEntropy(model(x), y) }, { store, threads: 1 })
    const J = program.run({ x: held.inputs, y: held.targets }).J.dataSync()[0]
    expect(J).toBeCloseTo(heldOut?.loss ?? Number.NaN, 6) // f32, summed in another order
  })

  test('ends with the statistics of its best weights', async () => {
    const { store, best, stopped } = await fitModel({
      ...options(),
      epochs: 200,
      earlyStop: { patience: 2 },
    })
    expect(stopped).toBe('early')
    // Its batches up to then, 7 of each epoch, and not those of the two epochs after.
    expect(store.get('1.numBatchesTracked').data).toEqual(Int32Array.of(7 * (best?.epoch ?? 0)))
  })
})

describe('saved weights', () => {
  const predict = async (store: Store) => {
    const x = input('x', [3, 2])
    const program = await compile({ y: network()(x) }, { store, threads: 1 })
    return [
      ...program
        .run({
          x: [
            [0, 1],
            [0.5, -1],
            [2, 0],
          ],
        })
        .y.dataSync(),
    ]
  }

  test('of a model of one’s own predict as it does, to the bit', async () => {
    const { store } = await train('whole.safetensors')
    const path = join(folder, 'weights.safetensors')
    await saveWeights(path, { model: network(), store })
    expect(await predict(await loadWeights(path, { model: network() }))).toEqual(
      await predict(store),
    )
  })

  test('are found in a checkpoint, and go into a store that is there', async () => {
    const { store } = await train('whole.safetensors')
    const other = createStore({ seed: 9 })
    expect(await predict(other)).not.toEqual(await predict(store))
    const path = join(folder, 'whole.safetensors')
    await loadWeights(path, { model: network(), store: other })
    expect(await predict(other)).toEqual(await predict(store))
  })

  test('of a model that has not run hold its parameters alone', async () => {
    const store = createStore({ seed: 1 })
    await predict(store)
    const path = join(folder, 'fresh.safetensors')
    await saveWeights(path, { model: network(), store })
    const loaded: readonly Tensor[] = [await loadWeights(path, { model: network() })].flatMap(
      (one) => one.states.map(({ key }) => one.get(key)),
    )
    expect(loaded).toContainEqual(tensor([1, 1, 1, 1, 1, 1]))
    expect(loaded).toHaveLength(8)
  })

  test('of another model are refused', async () => {
    const store = createStore()
    await predict(store)
    const path = join(folder, 'other.safetensors')
    await saveWeights(path, { model: network(), store })
    await expect(loadWeights(path, { model: linear(2, 3) })).rejects.toThrow(
      `FILE ${path}: its weights are not those of its network\n` +
        '  where     weight "weight"\n' +
        '  expected  f32[2, 3]\n' +
        '  got       none\n',
    )
  })
})
