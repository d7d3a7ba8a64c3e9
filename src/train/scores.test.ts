import { describe, expect, test } from 'vitest'
import { xor } from '../data/xor.ts'
import { mse } from '../gates/index.ts'
import { tensor } from '../ir/tensor.ts'
import { linear } from '../nn/index.ts'
import { createStore } from '../runtime/store.ts'
import { countRight, createScorer } from './scores.ts'

describe('countRight', () => {
  const logits = tensor([
    [0.1, 2, -1],
    [5, 4, 3],
    [0, 0, 0],
  ])

  test('compares the largest of a row with the class index; the first wins a tie', () => {
    expect(countRight(logits, tensor([1, 0, 0], { dtype: 'i32' }))).toBe(3)
    expect(countRight(logits, tensor([1, 2, 2], { dtype: 'i32' }))).toBe(1)
  })

  test('compares the largest of a row with the largest of a one-hot row', () => {
    expect(
      countRight(
        logits,
        tensor([
          [0, 1, 0],
          [0, 1, 0],
          [1, 0, 0],
        ]),
      ),
    ).toBe(2)
  })

  test('reads a single number as class 1 from one half upward', () => {
    const predictions = tensor([[0.4], [0.5], [7], [-7]])
    expect(countRight(predictions, tensor([[0], [1], [1], [1]]))).toBe(3)
  })

  test('refuses predictions that are not a row for each target', () => {
    expect(() => countRight(logits, tensor([[0], [1], [1]]))).toThrow(
      'SHAPE accuracy: predictions and targets do not fit\n' +
        '  expected  one row of predictions for each target\n' +
        '  got       predictions [3, 3] and targets [3, 1]\n' +
        '  fix       give predictions [examples, classes], with targets as class indices [examples]',
    )
  })
})

describe('createScorer', () => {
  test.each([1, 3, 4, 100])('gives the same scores %d examples at a time', async (batchSize) => {
    const model = linear(2, 1, { weightInit: 0, biasInit: 0.75 })
    const store = createStore()
    const score = await createScorer(xor(), { model, criterion: mse, store, batchSize })
    // 0.75 everywhere: two of four are class 1; mean of 0.75², 0.25², 0.25², 0.75².
    // In f32, so batches of 3 and 1 may round: 7 digits.
    const { loss, ...rest } = await score()
    expect(loss).toBeCloseTo(0.3125, 6)
    expect(rest).toEqual({ examples: 4, accuracy: 0.5 })
  })

  test('reads the weights as they are at each call', async () => {
    const model = linear(2, 1, { weightInit: 0, biasInit: 0 })
    const store = createStore()
    const score = await createScorer(xor(), { model, criterion: mse, store })
    expect(await score()).toMatchObject({ loss: 0.5 })
    store.set('bias', [0.5])
    expect(await score()).toMatchObject({ loss: 0.25 })
  })
})
