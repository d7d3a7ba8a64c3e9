import { describe, expect, test } from 'vitest'
import { tensor, toNumbers } from '../ir/tensor.ts'
import { type BatchOptions, batches } from './batches.ts'
import { createDataset, type Dataset } from './dataset.ts'

const ten = numbered(10)

describe('batches', () => {
  test('hold every example once; the last one holds what is left', () => {
    expect(sizes({ size: 4 })).toEqual([4, 4, 2])
    expect(order({ size: 4 }).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('keep inputs and targets together', () => {
    for (const { inputs, targets } of batches(ten, { size: 3, seed: 7 })) {
      expect(inputs.shape).toEqual([targets.shape[0], 2])
      const numbers = toNumbers(inputs)
      const firsts = numbers.filter((_, index) => index % 2 === 0)
      expect(toNumbers(targets)).toEqual(firsts)
      expect(numbers.filter((_, index) => index % 2 === 1)).toEqual(firsts.map((n) => -n))
    }
  })

  test('are the same for the same seed and epoch, to the bit', () => {
    const options = { size: 3, seed: 7, epoch: 4 }
    expect([...batches(ten, options)]).toEqual([...batches(ten, options)])
    const twice = batches(ten, options)
    expect([...twice]).toEqual([...twice])
  })

  test('come in another order for another epoch or seed', () => {
    const orders = [{}, { epoch: 1 }, { epoch: 2 }, { seed: 1 }, { seed: 1, epoch: 1 }]
    const different = new Set(orders.map((options) => order({ size: 10, ...options }).join()))
    expect(different.size).toBe(orders.length)
  })

  test('have an order that a seed and an epoch never change', () => {
    // Held fast: a training that someone repeats by its seed must give the same numbers.
    expect(order({ size: 10, seed: 1, epoch: 1 })).toEqual([7, 6, 9, 1, 8, 3, 2, 5, 4, 0])
  })

  test('keep the order of the dataset without shuffling', () => {
    expect(order({ size: 4, shuffle: false })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('leave a smaller last batch out by dropLast', () => {
    expect(sizes({ size: 4, dropLast: true })).toEqual([4, 4])
    expect(sizes({ size: 5, dropLast: true })).toEqual([5, 5])
  })

  test('go on in the middle of an epoch by skip, with those that would have followed', () => {
    const options = { size: 3, seed: 7, epoch: 2 }
    const all = [...batches(ten, options)]
    for (const skip of [0, 1, 3, 4]) {
      expect([...batches(ten, { ...options, skip })]).toEqual(all.slice(skip))
    }
  })

  test.each([-1, 0.5, 5, Number.NaN])('refuse to skip %d of 4', (skip) => {
    expect(() => batches(ten, { size: 3, skip })).toThrow(
      'OPTION batches: skip is no number of batches\n' +
        '  where     dataset "numbered" of 10 examples\n' +
        '  expected  a whole number from 0 to 4\n' +
        `  got       ${skip}\n` +
        '  fix       give the number of steps that were taken in this epoch',
    )
  })

  test('know how many they are', () => {
    expect(batches(ten, { size: 4 }).length).toBe(3)
    expect(batches(ten, { size: 4, dropLast: true }).length).toBe(2)
    expect(batches(ten, { size: 50 }).length).toBe(1)
  })

  test.each([0, -1, 2.5, Number.NaN])('refuse a size of %d at once', (size) => {
    expect(() => batches(ten, { size })).toThrow(
      'OPTION batches: the size is no number of examples\n' +
        '  where     dataset "numbered" of 10 examples\n' +
        '  expected  a whole number, 1 or more\n' +
        `  got       ${size}\n` +
        '  fix       try 32',
    )
  })

  test('refuse to drop the only batch', () => {
    expect(() => batches(ten, { size: 11, dropLast: true })).toThrow(
      'OPTION batches: the size is no number of examples\n' +
        '  where     dataset "numbered" of 10 examples\n' +
        '  expected  a whole number from 1 to 10\n' +
        '  got       11\n' +
        '  fix       choose a smaller size, or keep the last batch',
    )
  })
})

/** Example i has the inputs i and −i, and the target i. */
function numbered(length: number): Dataset {
  const indices = Array.from({ length }, (_, index) => index)
  return createDataset({
    name: 'numbered',
    task: 'regression',
    inputs: tensor(indices.map((index) => [index, -index])),
    targets: tensor(indices),
  })
}

function sizes(options: BatchOptions): number[] {
  return [...batches(ten, options)].map(({ inputs }) => inputs.shape[0] ?? 0)
}

function order(options: BatchOptions): number[] {
  return [...batches(ten, options)].flatMap(({ targets }) => toNumbers(targets))
}
