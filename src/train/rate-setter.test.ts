import { expect, test } from 'vitest'
import { mse, parameter, sgd } from '../index.ts'
import { tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { reduceLrOnPlateau, type Schedule, stepLr } from '../optim/index.ts'
import { type FitOptions, fit as train } from './index.ts'

/** y = x, learned by one weight from four examples, two to a batch: two steps to an epoch. */
function training(): Omit<FitOptions, 'epochs'> {
  const w = parameter('w', [1, 1], { init: [[0]] })
  const inputs = tensor([[1], [2], [3], [4]])
  return {
    model: (x: Value) => x.matmul(w),
    criterion: mse,
    optimizer: (J: Value) => sgd(J, { learningRate: 0.5 }),
    train: { name: 'line', task: 'regression', inputs, targets: inputs, length: 4 },
    batchSize: 2,
  }
}

test('a schedule gives the rate of each epoch, also the first', async () => {
  const asked: number[] = []
  const schedule: Schedule = (epoch) => {
    asked.push(epoch)
    return stepLr(0.01, { stepSize: 2 })(epoch)
  }
  const { store } = await train({ ...training(), epochs: 3, schedule })
  expect(asked).toEqual([0, 0, 1, 1, 2, 2])
  expect(store.get('learningRate').data[0]).toBeCloseTo(0.001, 9) // f32
})

test('a schedule by steps is asked for each step', async () => {
  const asked: number[] = []
  const schedule: Schedule = (step) => {
    asked.push(step)
    return 0
  }
  const { store } = await train({ ...training(), epochs: 2, schedule, scheduleBy: 'step' })
  expect(asked).toEqual([0, 1, 2, 3])
  expect(store.get('w').data[0]).toBe(0) // a rate of 0 from the first step on
})

test('a plateau lowers the rate where the loss stays as it is', async () => {
  const optimizer = (J: Value) => sgd(J, { learningRate: 1e-6 })
  const schedule = reduceLrOnPlateau(0, { factor: 0.5, patience: 1, threshold: 0.5, epsilon: 0 })
  const { store } = await train({ ...training(), optimizer, epochs: 3, schedule })
  // The first loss is the best, and none of the two after it is half as large.
  expect(store.get('learningRate').data[0]).toBeCloseTo(5e-7, 12) // f32
})

test('an optimizer without a rate that can be set is refused', async () => {
  const optimizer = (J: Value) => sgd(J, { learningRate: 0.1, key: 'own' })
  const run = train({ ...training(), optimizer, epochs: 1, schedule: () => 0.1 })
  await expect(run).rejects.toThrow('OPTION fit: there is no learning rate to schedule')
})

test.each<readonly [string, unknown]>([
  ['0.1', 0.1],
  ['"cosine"', 'cosine'],
  ['an object without next', { learningRate: 0.1 }],
])('%s is no schedule', async (got, schedule) => {
  // As JavaScript, which knows no types, may give it.
  const options = { ...training(), epochs: 1, schedule } as FitOptions
  const run = train(options)
  await expect(run).rejects.toThrow('OPTION fit: schedule is neither a function nor a plateau\n')
  await expect(run).rejects.toThrow(`got       ${got}\n`)
})

test('a schedule is counted by epochs or by steps', async () => {
  const scheduleBy = 'batch' as 'step' // as JavaScript may give it
  const run = train({ ...training(), epochs: 1, schedule: () => 0.1, scheduleBy })
  await expect(run).rejects.toThrow('OPTION fit: scheduleBy says nothing that is counted\n')
})

test('a schedule that gives no number says for which epoch', async () => {
  const schedule: Schedule = (epoch) => [0.01, Number.NaN][epoch] ?? 0
  const run = train({ ...training(), epochs: 3, schedule })
  await expect(run).rejects.toThrow('OPTION fit: the schedule gives no rate\n  where     epoch 1\n')
})

test('a schedule compiles nothing again', async () => {
  const schedule = (step: number) => 0.01 / (step + 1)
  const { program } = await train({ ...training(), epochs: 4, schedule, scheduleBy: 'step' })
  expect(program.variants).toBe(1)
})
