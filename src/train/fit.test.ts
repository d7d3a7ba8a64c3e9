import { describe, expect, test } from 'vitest'
import { createDataset, type Dataset } from '../data/dataset.ts'
import { xor } from '../data/xor.ts'
import { crossEntropy, mse, relu, sigmoid } from '../gates/index.ts'
import { tensor, toNumbers } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { type Layer, linear, sequential } from '../nn/index.ts'
import { sgd } from '../optim/index.ts'
import { createStore, type Store } from '../runtime/store.ts'
import { fitEpochs, fit as fitModel } from './fit.ts'
import type { EpochReport, FitOptions } from './fit-options.ts'

describe('fit', () => {
  test('learns two groups of points and measures what is held out', async () => {
    const { loss, heldOut, epochs, step } = await fitModel({ ...groups(), epochs: 40 })
    expect(loss).toBeLessThan(0.1)
    expect(heldOut).toMatchObject({ accuracy: 1, examples: 6 })
    expect([epochs, step]).toEqual([40, 120])
  })

  test('takes what is left of an epoch as a smaller batch', async () => {
    // 10 examples by 4: two whole batches and one of 2, so three steps and two graphs.
    const { program, step } = await fitModel({ ...groups(), epochs: 2 })
    expect([step, program.steps, program.variants]).toEqual([6, 6, 2])
  })

  test('reports the mean over the examples, whatever the sizes of the batches', async () => {
    // A learning rate of 0 leaves the weights alone: the epoch's loss is that of the whole dataset.
    const train = groupsOf(10)
    const still = (J: Value) => sgd(J, { learningRate: 0 })
    const { loss, heldOut } = await fitModel({
      ...groups(),
      optimizer: still,
      heldOut: train,
      epochs: 1,
    })
    expect(loss).toBeCloseTo(heldOut?.loss ?? Number.NaN, 6) // f32 holds 7 digits
  })

  test('gives the same losses for the same seed, to the bit, and others for another', async () => {
    const first = await losses({ ...groups(), seed: 3, epochs: 5 })
    expect(await losses({ ...groups(), seed: 3, epochs: 5 })).toEqual(first)
    expect(await losses({ ...groups(), seed: 4, epochs: 5 })).not.toEqual(first)
  })

  test('reports after every few epochs, and always after the last', async () => {
    const reports: EpochReport[] = []
    const onEpoch = (report: EpochReport) => reports.push(report)
    await fitModel({ ...groups(), epochs: 7, reportEvery: 3, onEpoch })
    expect(reports.map(({ epoch }) => epoch)).toEqual([3, 6, 7])
    expect(reports.map(({ step }) => step)).toEqual([9, 18, 21])
  })

  test('says how long it took and how fast it went', async () => {
    const { seconds, examplesPerSecond } = await fitModel({ ...groups(), epochs: 2 })
    expect(seconds).toBeGreaterThan(0)
    // 20 examples in at most all of the time.
    expect(examplesPerSecond).toBeGreaterThanOrEqual(20 / seconds)
  })

  test('goes on from the weights of a store', async () => {
    const options = { ...groups(), store: createStore({ seed: 1 }), epochs: 10 }
    const { loss } = await fitModel(options)
    const [next] = await losses({ ...options, epochs: 1 })
    expect(next).toBeLessThan(loss)
  })

  test('leaves no accuracy in a regression', async () => {
    const dataset = { ...xor(), task: 'regression' as const }
    const { heldOut } = await fitModel({ ...xorNetwork(), heldOut: dataset, epochs: 1 })
    expect(Object.keys(heldOut ?? {}).toSorted()).toEqual(['examples', 'loss', 'mae', 'r2'])
  })

  test('measures nothing where nothing is held out', async () => {
    expect(await fitModel({ ...xorNetwork(), epochs: 1 })).not.toHaveProperty('heldOut')
  })
})

describe('fitEpochs', () => {
  test('trains no further than it is asked for', async () => {
    const store = createStore({ seed: 1 })
    for await (const { epoch } of fitEpochs({ ...groups(), store, seed: 1, epochs: 100 })) {
      if (epoch === 2) break
    }
    const twoEpochs = await fitModel({ ...groups(), seed: 1, epochs: 2 })
    expect(weightsOf(store)).toEqual(weightsOf(twoEpochs.store))
  })
})

describe('a training that blows up', () => {
  const learningRate = 1e30

  test('names the gate, its operands and the step, counted over batches of any size', async () => {
    // Batches of 3 and 1: each size is a graph of its own, and step 2 is the first of the second.
    const training = fitModel({ ...xorNetwork(learningRate), batchSize: 3, epochs: 9 })
    await expect(training).rejects.toThrow(
      /^NONFINITE mse made ∞ at step 2\n {2}where {5}forward pass, .*mse\n {2}expected {2}finite numbers from finite operands\n {2}got {7}input = f32\[1, 1\] \[\[.*\]\]\n {12}y = f32\[1, 1\] \[\[[01]\]\]\n {2}fix {7}lower the learning rate/,
    )
  })

  test('keeps the weights from before that step', async () => {
    const store = createStore({ seed: 0 })
    const options = { ...xorNetwork(learningRate), batchSize: 4 }
    await expect(fitModel({ ...options, store, epochs: 9 })).rejects.toThrow('at step 2')
    const { store: afterOneStep } = await fitModel({ ...options, epochs: 1 })
    expect(weightsOf(store)).toEqual(weightsOf(afterOneStep))
    expect(weightsOf(store).flat().every(Number.isFinite)).toBe(true)
  })
})

describe('fit refuses', () => {
  test.each(['epochs', 'batchSize', 'reportEvery'])('%s that is no whole number', async (name) => {
    await expect(fitModel({ ...xorNetwork(), epochs: 1, [name]: 0.5 })).rejects.toThrow(
      `OPTION fit: ${name} is no whole number\n` +
        '  expected  1 or more\n' +
        '  got       0.5\n' +
        `  fix       give ${name} as a whole number, such as 10`,
    )
  })

  test('held-out examples that are not like those to train on', async () => {
    await expect(fitModel({ ...xorNetwork(), heldOut: groupsOf(4), epochs: 1 })).rejects.toThrow(
      'DATA fit: the held-out examples are not like those to train on\n' +
        '  expected  inputs f32[2] and targets f32[1] an example\n' +
        '  got       inputs u8[2] and targets i32[] an example\n' +
        '  fix       split one dataset, and prepare both parts alike',
    )
  })
})

/** A network that tells two groups of points apart, and ten points. */
function groups(): Omit<FitOptions, 'epochs'> {
  return {
    model: sequential(linear(2, 4), relu, linear(4, 2)),
    criterion: crossEntropy,
    optimizer: (J) => sgd(J, { learningRate: 0.1 }),
    train: groupsOf(10),
    heldOut: groupsOf(6),
    batchSize: 4,
  }
}

/** Points near (1, 0) are of class 0, points near (0, 3) of class 1; in bytes, as images are. */
function groupsOf(length: number): Dataset {
  const indices = Array.from({ length }, (_, index) => index)
  const rows = indices.flatMap((index) => (index % 2 ? [0, 3 + (index % 3)] : [1 + (index % 3), 0]))
  return createDataset({
    name: 'groups',
    task: 'classification',
    inputs: tensor(Uint8Array.from(rows), { shape: [length, 2] }),
    targets: tensor(
      indices.map((index) => index % 2),
      { dtype: 'i32' },
    ),
  })
}

function xorNetwork(learningRate = 0.5): Omit<FitOptions, 'epochs'> & { readonly model: Layer } {
  return {
    model: sequential(linear(2, 3), sigmoid, linear(3, 1)),
    criterion: mse,
    optimizer: (J) => sgd(J, { learningRate }),
    train: xor(),
  }
}

async function losses(options: FitOptions): Promise<number[]> {
  const found: number[] = []
  for await (const { loss } of fitEpochs(options)) found.push(loss)
  return found
}

function weightsOf(store: Store): number[][] {
  const trainable = store.states.filter((state) => state.trainable)
  return trainable.map(({ key }) => toNumbers(store.get(key)))
}
