import { describe, expect, test } from 'vitest'
import { tensor, toNumbers } from '../ir/tensor.ts'
import { createDataset, type Dataset } from './dataset.ts'
import { type SplitOptions, split } from './split.ts'
import { xor } from './xor.ts'

describe('split', () => {
  test('gives every example to one side, and none to both', () => {
    const { train, heldOut } = split(numbered(100), { heldOut: 0.2, seed: 3 })
    expect([train.length, heldOut.length]).toEqual([80, 20])
    const all = [...toNumbers(train.inputs), ...toNumbers(heldOut.inputs)]
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
  })

  test('keeps inputs and targets together, in the order of the dataset', () => {
    const { heldOut } = split(numbered(100), { heldOut: 0.3, seed: 3 })
    const inputs = toNumbers(heldOut.inputs)
    expect(toNumbers(heldOut.targets)).toEqual(inputs.map((number) => number % 4))
    expect(inputs).toEqual(inputs.toSorted((a, b) => a - b))
  })

  test('holds out the same examples for the same seed, others for another', () => {
    const held = (seed: number) =>
      toNumbers(split(numbered(100), { heldOut: 20, seed }).heldOut.inputs)
    expect(held(1)).toEqual(held(1))
    expect(held(1)).not.toEqual(held(2))
  })

  test('never changes what a seed holds out', () => {
    // Held fast: results that someone has published by seed must stay true.
    const { heldOut } = split(numbered(20), { heldOut: 5, seed: 1 })
    expect(toNumbers(heldOut.inputs)).toEqual([4, 10, 14, 18, 19])
  })

  test('stratified holds out the same share of every class, and exactly as many as asked', () => {
    // Classes 0 … 3 of sizes 25; then of sizes 26, 25, 25, 25, where one is rounded up.
    expect(classCounts(numbered(100), 20)).toEqual([5, 5, 5, 5])
    expect(classCounts(numbered(101), 21).toSorted()).toEqual([5, 5, 5, 6])
  })

  test.each([0, -0.2, 4, 2.5, Number.NaN, 0.01])('refuses to hold out %d of four', (share) => {
    expect(() => split(xor(), { heldOut: share })).toThrow('OPTION split: heldOut')
  })

  test.each([
    [0.99, '0.99, which is 4 of 4'],
    [4, '4'],
  ])('says what is wrong with %d of four', (share, got) => {
    const expected =
      'OPTION split: heldOut leaves one side without an example, or is no number of examples\n' +
      '  where     dataset "xor" of 4 examples\n' +
      '  expected  a share between 0 and 1, or a whole number from 1 to 3\n' +
      `  got       ${got}\n` +
      '  fix       hold out 0.2 for a fifth'
    expect(() => split(xor(), { heldOut: share })).toThrow(new RegExp(`^${literal(expected)}$`))
  })

  test('stratifies only by class indices', () => {
    expect(() => split(xor(), { heldOut: 0.5, stratified: true })).toThrow(
      'DATA split: a stratified split needs class indices\n' +
        '  where     dataset "xor"\n' +
        '  expected  targets in i32, a class index for each example\n' +
        '  got       targets in f32\n' +
        '  fix       leave out { stratified: true }',
    )
  })
})

/** Example i has the input i and the class i mod 4. */
function numbered(length: number): Dataset {
  const indices = Array.from({ length }, (_, index) => index)
  return createDataset({
    name: 'numbered',
    task: 'classification',
    inputs: tensor(indices.map((index) => [index])),
    targets: tensor(
      indices.map((index) => index % 4),
      { dtype: 'i32' },
    ),
  })
}

function classCounts(dataset: Dataset, heldOut: number): number[] {
  const options: SplitOptions = { heldOut, seed: 5, stratified: true }
  const labels = toNumbers(split(dataset, options).heldOut.targets)
  return [0, 1, 2, 3].map((label) => labels.filter((one) => one === label).length)
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
